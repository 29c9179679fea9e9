import { execFileSync } from 'node:child_process'
import { mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClickHouseClient } from '@clickhouse/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStoreClient } from '../index.ts'
import { tableFolder } from '../table-folders.ts'
import { startTestStore, storeUnavailable, type TestStore } from '../testing/store.ts'
import { NotedBlocks } from './noted.ts'
import { partOf, writeRecord } from './records.ts'
import { currentLog } from './tables.ts'

const reason = storeUnavailable()
/** A folder that something is mounted on can be replaced by nobody. */
const canMount = process.platform === 'linux' && process.getuid?.() === 0

describe.skipIf(reason !== undefined)(
  `an insert that is repeated after the store was killed${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 60_000 },
  () => {
    let store: TestStore
    let client: ClickHouseClient
    let table: string

    beforeAll(async () => {
      store = await startTestStore()
      client = await createStoreClient(store.config)
      // the part that an insert made is to be there by itself, however soon the engine would merge it
      const settings =
        'SETTINGS non_replicated_deduplication_window = 100, max_bytes_to_merge_at_max_space_in_pool = 1'
      await client.command({ query: `CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a ${settings}` })
      table = tableFolder(join(store.config.dataDir, 'store', 'data'), store.config.clickhouse.database, 't')
    }, 60_000)

    afterAll(async () => {
      await client?.close()
      await store?.close()
    })

    async function insert(a: number): Promise<void> {
      const settings = {
        insert_deduplicate: 1,
        insert_deduplication_token: `token-${a}`,
        async_insert: 0,
      } as const
      await client.insert({
        table: 't',
        values: [{ a }],
        format: 'JSONEachRow',
        clickhouse_settings: settings,
      })
    }

    async function rows(): Promise<number[]> {
      const answer = await client.query({ query: 'SELECT a FROM t ORDER BY a', format: 'JSONEachRow' })
      return (await answer.json<{ a: string }>()).map(({ a }) => Number(a))
    }

    const newestPart = async (): Promise<string> => {
      const parts = (await readdir(table)).flatMap(name => partOf(name) ?? [])
      return parts.sort((a, b) => b.last - a.last)[0]?.name ?? ''
    }

    const dropLastRecord = async (): Promise<void> => {
      const path = (await currentLog(table)) ?? ''
      const lines = (await readFile(path, 'utf8')).split('\n')
      await writeFile(
        path,
        lines
          .slice(0, -2)
          .map(line => `${line}\n`)
          .join(''),
      )
    }

    it('brings the rows, where the engine had noted the block and not yet renamed its part', async () => {
      await insert(1)
      await insert(2)
      await store.crash(async () => rm(join(table, await newestPart()), { recursive: true }))
      expect(await rows()).toEqual([1])
      await insert(1)
      await insert(2)
      await insert(2)
      expect(await rows()).toEqual([1, 2])
    })

    it.skipIf(!canMount)(
      'brings the rows, where the engine had noted the block and could not rename its part',
      async () => {
        const newest = Number(/_(\d+)_\d+$/.exec(await newestPart())?.[1])
        // repetitions have numbers too
        const places = [1, 2, 3].map(i => join(table, `all_${newest + i}_${newest + i}_0`))
        for (const place of places) await mkdir(place)
        for (const place of places) execFileSync('mount', ['-t', 'tmpfs', 'none', place])
        try {
          await expect(insert(7)).rejects.toThrow()
        } finally {
          for (const place of places) execFileSync('umount', [place])
          for (const place of places) await rm(place, { recursive: true })
        }
        // it has ended by itself
        await expect(rows()).rejects.toThrow()
        await store.crash()
        expect(await rows()).toEqual([1, 2])
        await insert(7)
        expect(await rows()).toEqual([1, 2, 7])
      },
    )

    it('is not answered where the disk did not take all of its part, and brings the rows then', async () => {
      const { config } = store
      const into = { database: config.clickhouse.database, table: 't' }
      const blocks = new NotedBlocks(join(config.dataDir, 'store', 'data'), {
        distrust: () => Promise.resolve(),
      })
      const before = await blocks.before(into)
      await insert(8)
      await blocks.lookAfterInsert(into, before)
      const part = await newestPart()
      for (const torn of ['data.bin', 'checksums.txt']) {
        const whole = await readFile(join(table, part, torn))
        await truncate(join(table, part, torn))
        await expect(blocks.lookAfterInsert(into, before)).rejects.toThrow(
          `without all of ${part} on the disk`,
        )
        await writeFile(join(table, part, torn), whole)
        await blocks.lookAfterInsert(into, before)
      }
      await store.crash(() => truncate(join(table, part, 'checksums.txt')))
      expect(await rows()).toEqual([1, 2, 7])
      await insert(8)
      await insert(8)
      expect(await rows()).toEqual([1, 2, 7, 8])
    })

    it('is not answered where another one that went in at the same time was noted, and its own part was not', async () => {
      const { config } = store
      const into = { database: config.clickhouse.database, table: 't' }
      const distrust = () => Promise.resolve()
      const blocks = new NotedBlocks(join(config.dataDir, 'store', 'data'), { distrust })
      const rowsBefore = await rows()
      const before = await blocks.before(into)
      await insert(30)
      await insert(31)
      const part = await newestPart()
      await dropLastRecord()
      await expect(blocks.lookAfterInsert(into, before, true)).rejects.toThrow(
        `without the note that ${part}`,
      )
      // what has no token is not noted
      const end = blocks.beginUntokened()
      await blocks.lookAfterInsert(into, before, true)
      end()
      await blocks.lookAfterInsert(into, before, true)
      await truncate(join(table, part, 'data.bin'))
      for (const hasToken of [false, true])
        await expect(blocks.lookAfterInsert(into, before, hasToken)).rejects.toThrow(`without all of ${part}`)
      await store.crash()
      expect(await rows()).toEqual([...rowsBefore, 30])
      for (const a of [30, 31, 31]) await insert(a)
      expect(await rows()).toEqual([...rowsBefore, 30, 31])
    })

    it('looks after rows that were selected as after rows that were sent', async () => {
      await client.command({ query: 'INSERT INTO t (a) SELECT 40' })
      expect((await rows()).includes(40)).toBe(true)
      await client.command({
        query: 'ALTER TABLE t DELETE WHERE a IN (30, 31, 40) SETTINGS mutations_sync = 1',
      })
      await store.crash()
    })

    it('brings no row twice, where a loss of power left the part and not the note of its block', async () => {
      await insert(3)
      await insert(4)
      await store.crash(async () => {
        await dropLastRecord()
        await writeFile(join(store.config.dataDir, 'store', 'in-use'), 'another boot of the machine')
      })
      expect(await rows()).toEqual([1, 2, 3, 7, 8])
      await insert(3)
      await insert(4)
      expect(await rows()).toEqual([1, 2, 3, 4, 7, 8])
    })

    it('finds blocks again behind a note that was torn', async () => {
      await insert(5)
      await store.crash(async () => {
        const path = (await currentLog(table)) ?? ''
        await writeFile(path, `${await readFile(path, 'utf8')}1\tall_9`)
      })
      await insert(6)
      await store.crash()
      for (const a of [1, 2, 3, 4, 5, 6]) await insert(a)
      expect(await rows()).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    })

    it.each(['nothing', 'other files', 'torn files'].map((left, i) => [left, 20 + i] as const))(
      'brings the rows, where a loss of power left a part without the list of its files, and of it %s',
      async (left, a) => {
        const before = await rows()
        await insert(a)
        await store.crash(async () => {
          const part = join(table, await newestPart())
          const files = await readdir(part)
          for (const file of files)
            if (left === 'nothing' || file === 'checksums.txt') await rm(join(part, file))
          if (left === 'torn files') await truncate(join(part, 'data.bin'), 20)
        })
        expect(await rows()).toEqual(before)
        await insert(a)
        await insert(a)
        expect(await rows()).toEqual([...before, a])
      },
    )

    it.skipIf(!canMount)(
      'brings each row once, where the disk had no room for the note of its block',
      async () => {
        const before = await rows()
        const logs = join(table, 'deduplication_logs')
        const kept = await readFile((await currentLog(table)) ?? '')
        await store.crash(async () => {
          execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'none', logs])
          // little room is left, and a note is longer than that
          const fill = writeRecord({
            isForgotten: false,
            part: 'all_1_1_0',
            block: 'x'.repeat(4_000 - kept.length),
          })
          await writeFile(join(logs, 'deduplication_log_1.txt'), fill + kept.toString())
        })
        try {
          let a = 1_000
          await expect(
            (async () => {
              for (; a < 1_010; a++) await insert(a)
            })(),
          ).rejects.toThrow()
          // it has ended by itself
          await expect(rows()).rejects.toThrow()
          execFileSync('mount', ['-o', 'remount,size=1m', logs])
          await store.crash()
          for (let again = 1_000; again <= a + 1; again++) await insert(again)
          const inserted = Array.from({ length: a - 1_000 + 2 }, (_, i) => 1_000 + i)
          expect(await rows()).toEqual([...before, ...inserted])
        } finally {
          execFileSync('umount', ['--lazy', logs])
        }
      },
    )
  },
)
