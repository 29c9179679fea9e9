import { mkdir, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { partOf } from './deduplication/records.ts'
import { tableFolder } from './deduplication/tables.ts'
import { NewParts } from './hollow-parts.ts'
import { createStoreClient } from './index.ts'
import { startTestStore, storeUnavailable } from './testing/store.ts'

describe('parts', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'millrace-parts-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  async function makePart(name: string, checksums: string): Promise<string> {
    const path = join(folder, 'db', 't', name)
    await mkdir(path, { recursive: true })
    await writeFile(join(path, 'checksums.txt'), checksums)
    return path
  }

  it('of which nothing could be written are found, those under way are not', async () => {
    const parts = new NewParts(folder)
    expect(await parts.findHollow()).toBeUndefined()
    await makePart('all_1_1_0', 'something')
    await makePart('tmp_merge_all_1_2_1', '')
    expect(await parts.findHollow()).toBeUndefined()
    const hollow = await makePart('all_1_2_1', '')
    expect(await parts.findHollow()).toBe(hollow)
  })
})

const reason = storeUnavailable()

it.skipIf(reason !== undefined)(
  `what was merged is there again, where the merge came to nothing${reason === undefined ? '' : ` (${reason})`}`,
  async () => {
    const store = await startTestStore()
    try {
      let client = await createStoreClient(store.config)
      await client.command({ query: 'CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a' })
      for (const a of [1, 2, 3]) await client.insert({ table: 't', values: [{ a }], format: 'JSONEachRow' })
      await client.command({ query: 'OPTIMIZE TABLE t FINAL' })
      await client.close()
      const table = tableFolder(
        join(store.config.dataDir, 'store', 'data'),
        store.config.clickhouse.database,
        't',
      )
      await store.crash(async () => {
        const parts = (await readdir(table)).flatMap(name => partOf(name) ?? [])
        const merged = parts.find(({ first, last }) => last - first === 2)?.name ?? ''
        expect(parts).toHaveLength(4)
        for (const file of await readdir(join(table, merged))) await truncate(join(table, merged, file))
      })
      client = await createStoreClient(store.config)
      const answer = await client.query({ query: 'SELECT a FROM t ORDER BY a', format: 'JSONEachRow' })
      expect(await answer.json()).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }])
      await client.close()
    } finally {
      await store.close()
    }
  },
  60_000,
)
