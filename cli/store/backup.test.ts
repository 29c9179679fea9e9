import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sentRecord, takeIn } from '../../aggregator/testing/sent.ts'
import { createStoreClient } from '../../store/index.ts'
import { startTestStore, storeUnavailable, type TestStore } from '../../store/testing/store.ts'

const reason = storeUnavailable()
const bin = new URL('../../bin/millrace.js', import.meta.url).pathname

/** Runs a command as people do. */
function millrace(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise(resolve => {
    execFile(process.execPath, [bin, ...args], (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, out, err }),
    )
  })
}

describe.skipIf(reason !== undefined)(
  `backups${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 90_000 },
  () => {
    let folder: string
    let store: TestStore
    const dataDir = (name: string) => join(folder, name)
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'millrace-backup-'))
      await mkdir(dataDir('data'))
      store = await startTestStore({}, dataDir('data'))
    }, 30_000)
    afterAll(async () => {
      await store?.close()
      await rm(folder, { recursive: true, force: true })
    })
    const settings = () => ['--set', `dataDir=${dataDir('data')}`, '--set', `clickhouse.url=${store.url}`]
    const linesOf = async (of: TestStore) => {
      const client = await createStoreClient(of.config)
      try {
        const query = 'SELECT Body FROM otel_logs ORDER BY TopicOffset, TopicIndex'
        return await (await client.query({ query, format: 'JSONCompactEachRow' })).json()
      } finally {
        await client.close()
      }
    }

    it('are whole, and become a store in an empty folder', async () => {
      const client = await createStoreClient(store.config)
      const file = { agent: 'a', source: '/x', generation: '1', service: 's', timeMs: Date.now() }
      await takeIn(client, 'otlp_logs', [sentRecord(file, 0, [{ body: 'one' }, { body: 'two' }])], 0, 'b')
      await client.close()
      const target = dataDir('backup')
      const backup = await millrace('store', 'backup', target, ...settings())
      expect(backup).toMatchObject({ code: 0, err: '' })
      expect(backup.out).toMatch(/^[\d.]+ kB of millrace backed up\n$/)
      expect((await millrace('store', 'backup', target, ...settings())).err).toContain('is not empty')

      const restored = await millrace('store', 'restore', target, '--set', `dataDir=${dataDir('again')}`)
      expect(restored).toMatchObject({ code: 0, err: '' })
      const again = await startTestStore({}, dataDir('again'))
      try {
        expect(await linesOf(again)).toEqual([['one'], ['two']])
        const check = await millrace(
          ...['store', 'check', '--json', '--set', `dataDir=${dataDir('again')}`],
          ...['--set', `clickhouse.url=${again.url}`],
        )
        expect(check).toMatchObject({ code: 0, err: '' })
        const { ok, schema, tables } = JSON.parse(check.out)
        expect([ok, schema.applied === schema.known]).toEqual([true, true])
        expect(tables).toContainEqual(expect.objectContaining({ table: 'otel_logs', rows: 2, problems: [] }))
      } finally {
        await again.close()
      }
      const over = await millrace('store', 'restore', target, '--set', `dataDir=${dataDir('again')}`)
      expect(over).toMatchObject({ code: 2, out: '' })
      expect(over.err).toContain(
        `there is a store in ${dataDir('again/store/data')}: name another data folder`,
      )
    })

    it('are restored as a whole or not at all, and what is damaged in them is named', async () => {
      const client = await createStoreClient(store.config)
      await client.command({
        query: 'CREATE TABLE d (a UInt64) ENGINE = MergeTree ORDER BY a SETTINGS min_bytes_for_wide_part = 0',
      })
      await client.command({ query: 'INSERT INTO d SELECT number FROM numbers(1000)' })
      expect((await millrace('store', 'backup', dataDir('worn'), ...settings())).code).toBe(0)
      await client.command({ query: 'DROP TABLE d SYNC' })
      await client.close()
      const file = join(dataDir('worn'), 'files/data/millrace/d/all_1_1_0/a.bin')
      const bytes = await readFile(file)
      const restoreInto = (name: string) =>
        millrace('store', 'restore', dataDir('worn'), '--set', `dataDir=${dataDir(name)}`)

      await writeFile(file, bytes.subarray(1))
      const failed = await restoreInto('never')
      expect(failed).toMatchObject({ code: 2, out: '' })
      expect(failed.err).toMatch(/^millrace: worn cannot be restored, and nothing of it is in \S+: \S/)
      expect(await readdir(dataDir('never/store'))).toEqual([])

      bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1)
      await writeFile(file, bytes)
      const restored = await restoreInto('never')
      expect(restored).toMatchObject({ code: 1, err: '' })
      expect(restored.out).toMatch(
        /^the backup of \S+ is restored, as far as it can be read: start the store\ndamaged in the backup: d, all_1_1_0: \S[^\n]*\n$/,
      )
      expect(await readdir(dataDir('never/store'))).toEqual(['data'])
    })

    it('that were broken off are none', async () => {
      await mkdir(dataDir('half/files'), { recursive: true })
      const half = await millrace('store', 'restore', dataDir('half'), '--set', `dataDir=${dataDir('none')}`)
      expect(half).toMatchObject({ code: 2, out: '' })
      expect(half.err).toContain('is no whole backup')
    })

    it('are needed where a check finds a damaged part', async () => {
      const client = await createStoreClient(store.config)
      await client.command({
        query: 'CREATE TABLE d (a UInt64) ENGINE = MergeTree ORDER BY a SETTINGS min_bytes_for_wide_part = 0',
      })
      await client.command({ query: 'INSERT INTO d SELECT number FROM numbers(1000)' })
      const [part] = await (
        await client.query({
          query: "SELECT path FROM system.parts WHERE table = 'd' AND active",
          format: 'JSONEachRow',
        })
      ).json<{ path: string }>()
      await client.close()
      await writeFile(join(part?.path ?? '', 'a.bin'), 'nonsense')
      const check = await millrace('store', 'check', ...settings())
      expect(check.code).toBe(1)
      expect(check.out).toMatch(/^damaged: all_1_1_0: /m)
    })
  },
)
