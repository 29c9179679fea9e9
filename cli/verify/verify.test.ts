import type { ClickHouseClient } from '@clickhouse/client'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { FakeKafka } from '../../aggregator/testing/fake-kafka.ts'
import { type LedgerEntry, ledgerHeaders } from '../../lib/ledger/index.ts'
import { createStoreClient } from '../../store/index.ts'
import { startTestStore, storeUnavailable, type TestStore } from '../../store/testing/store.ts'
import { type Config, parseConfig } from '../config.ts'
import { reportJson, reportText } from './report.ts'
import { verify } from './verify.ts'

const reason = storeUnavailable()
const topic = 'otlp_logs'
const firstMs = Date.UTC(2026, 0, 1)

/** The bytes 10 × n to 10 × (n + 1) as one record of two lines. */
const entry = (n: number, dropped: LedgerEntry['dropped'] = {}): LedgerEntry => ({
  agent: 'web1',
  source: '/var/log/x',
  generation: '1',
  from: 10 * n,
  to: 10 * (n + 1),
  lines: 2,
  dropped,
})

let kafka: FakeKafka
beforeEach(() => {
  kafka = new FakeKafka()
  kafka.makeTopic(topic, 1)
})

function append(...entries: LedgerEntry[]): void {
  const records = entries.map(one => ({
    key: null,
    value: Buffer.from('x'),
    timestampMs: firstMs + one.from * 100,
    headers: ledgerHeaders(one).map(({ key, value }) => ({ key, value: Buffer.from(value) })),
  }))
  kafka.append(topic, 0, records)
}

async function commit(offset: number): Promise<void> {
  const member = await kafka.client().joinGroup({ group: 'g', topics: [topic], clientId: 'c' })
  await member.commit([{ topic, partition: 0, offset, metadata: '' }])
}

async function check(config: Config, agent?: string) {
  const store = await createStoreClient(config)
  try {
    return await verify({ config, kafka: kafka.client(), store, agent, progress: () => undefined })
  } finally {
    await store.close()
  }
}

describe('verify without a store', () => {
  const nowhere = parseConfig('{ clickhouse: { url: "http://127.0.0.1:1", password: x } }', {
    environment: {},
  })

  it.each([0, 1])('cannot look, with %d records aggregated', async aggregated => {
    append(entry(0))
    await commit(aggregated)
    await expect(check(nowhere)).rejects.toMatchObject({
      code: 'VERIFY_FAILED',
      message:
        'cannot ask the store at http://127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1; start it (millrace up or millrace store), or check clickhouse.url',
    })
  })
})

describe.skipIf(reason !== undefined)(`verify${reason === undefined ? '' : ` (${reason})`}`, () => {
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
  beforeEach(async () => {
    await client.command({ query: 'TRUNCATE TABLE otel_logs' })
  })

  /** As many rows for each record as are named, from offset 0 on. */
  async function insertRows(...counts: number[]): Promise<void> {
    const values = counts.flatMap((count, offset) =>
      Array.from({ length: count }, (_, index) => ({
        Timestamp: '2026-01-01 00:00:00',
        IngestedAt: '2026-01-01 00:00:00',
        RetentionDays: 3650,
        Topic: topic,
        TopicPartition: 0,
        TopicOffset: offset,
        TopicIndex: index,
      })),
    )
    await client.insert({ table: 'otel_logs', values, format: 'JSONEachRow' })
  }

  it('proves what is aggregated', async () => {
    append(entry(0, { health: 3, cut: 137_856 }), entry(1))
    await commit(2)
    await insertRows(2, 2)
    expect(reportText(await check(store.config))).toBe(
      'every byte range is there exactly once: 4 lines in 2 records of 1 sources, 3 records dropped by rules (health 3), 137856 bytes of cut lines\n',
    )
  })

  it('says what is not aggregated yet beside what is', async () => {
    append(entry(0), entry(1), entry(2))
    append({ ...entry(0), agent: 'web2' })
    kafka.append(topic, 0, [{ key: null, value: Buffer.from('x'), timestampMs: firstMs, headers: [] }])
    await commit(1)
    await insertRows(2)
    const found = await check(store.config)
    expect(reportText(found)).toBe(
      [
        'every aggregated byte range is there exactly once: 2 lines in 1 records of 1 sources, 0 records dropped by rules',
        '3 records with 6 lines, of 2026-01-01T00:00:00.000Z to 2026-01-01T00:00:02.000Z, are not aggregated yet and so not verified: run it again later, see millrace groups',
        '1 records came from no agent: without a ledger they cannot be verified\n',
      ].join('\n'),
    )
    expect(JSON.parse(reportJson(found))).toEqual({
      ok: true,
      records: 1,
      sources: 1,
      lines: 2,
      dropped: 0,
      droppedByRule: {},
      spoolFullRecords: 0,
      passedOverBytes: {},
      notAggregated: {
        records: 3,
        lines: 6,
        oldest: '2026-01-01T00:00:00.000Z',
        newest: '2026-01-01T00:00:02.000Z',
      },
      foreignRecords: 1,
      findings: [],
    })
    expect((await check(store.config, 'web1')).pending).toMatchObject({ records: 2, lines: 4 })
  })

  it('finds a wrong count', async () => {
    append(entry(0), entry(1))
    await commit(2)
    await insertRows(2, 1)
    expect((await check(store.config)).findings).toMatchObject([
      {
        kind: 'count',
        where: 'partition 0, offset 1',
        message: '2 lines in the record, 1 rows in the store',
      },
    ])
  })

  it('takes nothing for no proof', async () => {
    const nothing = (message: string) => ({ code: 'NOTHING_TO_VERIFY', message })
    await expect(check(store.config)).rejects.toMatchObject(
      nothing('nothing to verify: otlp_logs holds no records, look with millrace topics what was sent'),
    )
    append(entry(0), entry(1))
    await expect(check(store.config)).rejects.toMatchObject(
      nothing(
        'nothing to verify: 2 records with 4 lines, of 2026-01-01T00:00:00.000Z to 2026-01-01T00:00:01.000Z, are not aggregated yet: start the aggregator or wait for it, see millrace groups',
      ),
    )
    await expect(check(store.config, 'web9')).rejects.toMatchObject(
      nothing(
        'nothing to verify: otlp_logs holds no records of agent web9, look with millrace topics what was sent',
      ),
    )
  })

  it('says that the store has no tables yet', async () => {
    const config = { ...store.config, clickhouse: { ...store.config.clickhouse, database: 'nowhere' } }
    await expect(check(config)).rejects.toMatchObject({
      code: 'VERIFY_FAILED',
      message: `the store at ${store.url} has no logs yet: start the aggregator, which makes the tables, or check clickhouse.database`,
    })
  })
})
