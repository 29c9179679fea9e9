import type { ClickHouseClient } from '@clickhouse/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStoreClient, schemaStatements } from '../index.ts'
import { columnsOf } from '../schema.ts'
import { startTestStore, storeUnavailable, type TestStore } from '../testing/store.ts'
import { inForm, localTable, plainForm, systemParts } from './form.ts'

const reason = storeUnavailable()
const clustered = { cluster: 'logs', storagePolicy: 'hot_cold' }

describe('the form of a cluster', () => {
  it('is a replicated table on every server and a distributed one over it', () => {
    const statement = `-- words
CREATE TABLE IF NOT EXISTS ledger
(
    Topic String,
    TopicPartition UInt32,
    At Date
)
ENGINE = ReplacingMergeTree(At)
ORDER BY Topic
SETTINGS non_replicated_deduplication_window = 10000`
    expect(inForm(statement, plainForm)).toEqual([statement])
    expect(inForm(statement, clustered)).toEqual([
      `-- words
CREATE TABLE IF NOT EXISTS ledger_local ON CLUSTER \`logs\`
(
    Topic String,
    TopicPartition UInt32,
    At Date
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/{database}/ledger', '{replica}', At)
ORDER BY Topic
SETTINGS replicated_deduplication_window_seconds = 604800, storage_policy = 'hot_cold', replicated_deduplication_window = 10000`,
      `CREATE TABLE IF NOT EXISTS ledger ON CLUSTER \`logs\` AS ledger_local
ENGINE = Distributed('logs', currentDatabase(), 'ledger_local', cityHash64(Topic, TopicPartition))`,
    ])
  })

  it('changes both tables where a migration changes one', () => {
    expect(inForm('ALTER TABLE ledger ADD COLUMN IF NOT EXISTS a String', clustered)).toEqual([
      'ALTER TABLE ledger_local ON CLUSTER `logs` ADD COLUMN IF NOT EXISTS a String',
      'ALTER TABLE ledger ON CLUSTER `logs` ADD COLUMN IF NOT EXISTS a String',
    ])
    expect(inForm('ALTER TABLE ledger ADD INDEX IF NOT EXISTS i a TYPE minmax', clustered)).toEqual([
      'ALTER TABLE ledger_local ON CLUSTER `logs` ADD INDEX IF NOT EXISTS i a TYPE minmax',
    ])
    expect([localTable(clustered, 'ledger'), systemParts(clustered)]).toEqual([
      'ledger_local ON CLUSTER `logs`',
      "cluster('logs', system.parts)",
    ])
  })
})

describe.skipIf(reason !== undefined)(`every statement${reason === undefined ? '' : ` (${reason})`}`, () => {
  let store: TestStore
  let client: ClickHouseClient
  beforeAll(async () => {
    store = await startTestStore()
    client = await createStoreClient(store.config)
  }, 30_000)
  afterAll(async () => {
    await client?.close()
    await store?.close()
  })

  it.each([
    ['one server', { cluster: null, storagePolicy: 'hot_cold' }],
    ['a cluster', clustered],
  ])('of %s is one that the engine understands', async (_, form) => {
    const statements = await schemaStatements('millrace', form)
    for (const statement of statements.filter(one => !one.startsWith('INSERT'))) {
      const answer = await client.query({ query: `EXPLAIN AST ${statement}`, format: 'JSONCompactEachRow' })
      const [[head] = ['']] = await answer.json<[string]>()
      expect(head).toMatch(/^(CreateQuery|AlterQuery) /)
    }
    const text = statements.join(';\n')
    const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0
    // deletions and what they took have no blocks of the aggregator
    const tables = Object.keys(columnsOf).length + 4
    const isCluster = form.cluster !== null
    expect(count(/ENGINE = Distributed/g)).toBe(isCluster ? tables : 0)
    expect(count(/ENGINE = Replicated\w*MergeTree/g)).toBe(isCluster ? tables + 1 : 0)
    expect(count(/non_replicated/g) > 0).toBe(!isCluster)
    expect(count(/storage_policy = 'hot_cold'/g)).toBe(tables)
  })
})
