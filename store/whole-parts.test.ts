import { mkdir, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { partOf } from './deduplication/records.ts'
import { createStoreClient } from './index.ts'
import { tableFolder } from './table-folders.ts'
import { startTestStore, storeUnavailable } from './testing/store.ts'
import { NewParts } from './whole-parts.ts'

describe('parts', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'millrace-parts-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  async function makePart(name: string, checksums: string): Promise<string> {
    const path = join(folder, 'data', 'db', 't', name)
    await mkdir(path, { recursive: true })
    await writeFile(join(path, 'checksums.txt'), checksums)
    return path
  }

  it('of which nothing could be written are found, those under way are not', async () => {
    const parts = new NewParts(folder)
    await makePart('all_5_6_1', '')
    await parts.passOver()
    expect(await parts.findDamaged()).toBeUndefined()
    await makePart('all_1_1_0', 'something')
    await makePart('tmp_merge_all_1_2_1', '')
    expect(await parts.findDamaged()).toBeUndefined()
    const hollow = await makePart('all_1_2_1', '')
    expect(await parts.findDamaged()).toBe(hollow)
  })
})

const reason = storeUnavailable()

/** Nothing of a part was written, or not all. */
const losses: Readonly<Record<string, (part: string) => Promise<void>>> = {
  empty: async part => {
    for (const file of await readdir(part)) await truncate(join(part, file))
  },
  torn: part => truncate(join(part, 'data.bin'), 20),
  'without the list of its files': async part => {
    await truncate(join(part, 'data.bin'), 20)
    await rm(join(part, 'checksums.txt'))
  },
}

describe.skipIf(reason !== undefined)(
  `where a merge ended without all of its rows${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 60_000 },
  () => {
    it.each(Object.keys(losses))('what was merged is there again: %s', async loss => {
      const store = await startTestStore()
      try {
        let client = await createStoreClient(store.config)
        await client.command({ query: 'CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a' })
        for (const a of [1, 2, 3]) await client.insert({ table: 't', values: [{ a }], format: 'JSONEachRow' })
        await client.command({ query: 'OPTIMIZE TABLE t FINAL' })
        await client.close()
        const { dataDir, clickhouse } = store.config
        const data = join(dataDir, 'store', 'data')
        const table = tableFolder(data, clickhouse.database, 't')
        await store.crash(async () => {
          const found = (await readdir(table)).flatMap(name => partOf(name) ?? [])
          const merged = join(table, found.find(({ first, last }) => last - first === 2)?.name ?? '')
          expect(found).toHaveLength(4)
          const parts = new NewParts(data)
          expect(await parts.findDamaged()).toBeUndefined()
          await losses[loss]?.(merged)
          expect(await parts.findDamaged()).toBeUndefined()
          expect(await new NewParts(data).findDamaged()).toBe(merged)
        })
        client = await createStoreClient(store.config)
        const answer = await client.query({ query: 'SELECT a FROM t ORDER BY a', format: 'JSONEachRow' })
        expect(await answer.json()).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }])
        await client.close()
      } finally {
        await store.close()
      }
    })
  },
)
