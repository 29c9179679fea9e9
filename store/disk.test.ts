import { execFileSync } from 'node:child_process'
import { rmSync, statfsSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStoreClient, storePassword } from './index.ts'
import { startTestStore, storeUnavailable, type TestStore } from './testing/store.ts'

const size = 200_000_000
const minFreeBytes = 50_000_000

/** A small file system in memory; undefined where none may be mounted. */
function mounted(): string | undefined {
  const folder = execFileSync('mktemp', ['-d'], { encoding: 'utf8' }).trim()
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { stdio: 'ignore' })
    return folder
  } catch {
    // not root, or a container that may not mount
    rmSync(folder, { recursive: true })
    return undefined
  }
}

const disk = storeUnavailable() === undefined ? mounted() : undefined
const reason = storeUnavailable() ?? (disk === undefined ? 'no file system may be mounted here' : undefined)

describe.skipIf(reason !== undefined)(
  `a store whose disk is full${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 40_000 },
  () => {
    let store: TestStore
    let client: Awaited<ReturnType<typeof createStoreClient>>
    const folder = disk ?? ''
    beforeAll(async () => {
      store = await startTestStore({ store: { minFreeBytes } }, join(folder, 'data'))
      client = await createStoreClient(store.config)
      await client.command({ query: 'CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a' })
    }, 30_000)
    afterAll(async () => {
      await client?.close()
      await store?.close()
      if (disk !== undefined) execFileSync('umount', ['--lazy', disk])
      if (disk !== undefined) await rm(disk, { recursive: true, force: true })
    })
    const insert = (a: number) =>
      client.insert({
        table: 't',
        values: [{ a }],
        format: 'JSONEachRow',
        clickhouse_settings: { async_insert: 0 },
      })
    const free = () => {
      const { bavail, bsize } = statfsSync(folder)
      return bavail * bsize
    }

    it('refuses rows with 503 and answers questions, and takes rows again when there is room', async () => {
      await insert(1)
      const filler = join(folder, 'filler')
      writeFileSync(filler, Buffer.alloc(free() - minFreeBytes / 2))
      await expect
        .poll(
          () =>
            insert(2).then(
              () => 'taken',
              error => (error as { type?: string }).type,
            ),
          { timeout: 5_000 },
        )
        .toBe('NOT_ENOUGH_SPACE')
      const url = `${store.url}/?query=${encodeURIComponent('INSERT INTO t FORMAT TSV')}`
      const headers = {
        'X-ClickHouse-User': 'default',
        'X-ClickHouse-Key': await storePassword(store.config),
      }
      expect((await fetch(url, { method: 'POST', body: '3\n', headers })).status).toBe(503)
      const answer = await client.query({
        query: 'SELECT DISTINCT a FROM t WHERE a = 1',
        format: 'JSONCompactEachRow',
      })
      expect(await answer.json()).toEqual([[1]])
      rmSync(filler)
      await expect
        .poll(
          () =>
            insert(4).then(
              () => 'taken',
              () => 'refused',
            ),
          { timeout: 5_000 },
        )
        .toBe('taken')
    })
  },
)
