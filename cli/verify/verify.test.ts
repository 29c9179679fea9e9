import type { ClickHouseClient } from '@clickhouse/client'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { FakeKafka } from '../../aggregator/testing/fake-kafka.ts'
import { sentRecord, takeIn } from '../../aggregator/testing/sent.ts'
import type { RecordInput } from '../../lib/kafka/index.ts'
import type { LedgerEntry } from '../../lib/ledger/index.ts'
import { createStoreClient } from '../../store/index.ts'
import { startTestStore, storeUnavailable, type TestStore } from '../../store/testing/store.ts'
import { type Config, parseConfig } from '../config.ts'
import type { VerifyOptions } from './options.ts'
import { reportJson, reportText } from './report.ts'
import { verify } from './verify.ts'

const reason = storeUnavailable()
const topic = 'otlp_logs'
const source = '/var/log/x'
const nowMs = Date.now()

const file = { agent: 'web1', source, generation: '1', service: 'web', timeMs: nowMs }
/** A record of a file's lines, the last of which ends with CR LF. */
const recordOf = (from: number, lines: readonly string[], more: Partial<LedgerEntry> = {}): RecordInput =>
  sentRecord(
    file,
    from,
    lines.map((body, i) => (i === lines.length - 1 ? { body, original: `${body}\r\n` } : { body })),
    more,
  )
const endOf = (from: number, lines: readonly string[]) => from + Buffer.byteLength(lines.join('\n')) + 2

const first = ['GET / 200', 'GET /cart 500']
const second = ['the third line', 'the fourth']
const records = () => [recordOf(0, first), recordOf(endOf(0, first), second)]

let kafka: FakeKafka
beforeEach(() => {
  kafka = new FakeKafka()
  kafka.makeTopic(topic, 1)
})

async function commit(offset: number): Promise<void> {
  const member = await kafka.client().joinGroup({ group: 'g', topics: [topic], clientId: 'c' })
  await member.commit([{ topic, partition: 0, offset, metadata: '' }])
}

async function check(config: Config, more: Partial<VerifyOptions> = {}) {
  const store = await createStoreClient(config)
  const options = { agent: undefined, sinceMs: 0, isQuick: false, nowMs, progress: () => undefined, ...more }
  try {
    return await verify({ config, kafka: kafka.client(), store, ...options })
  } finally {
    await store.close()
  }
}

describe('verify without a store', () => {
  const nowhere = parseConfig('{ clickhouse: { url: "http://127.0.0.1:1", password: x } }', {
    environment: {},
  })

  it.each([0, 1])('cannot look, with %d records aggregated', async aggregated => {
    kafka.append(topic, 0, [recordOf(0, first)])
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
  let tokens = 0

  beforeAll(async () => {
    store = await startTestStore()
    client = await createStoreClient(store.config)
  }, 30_000)
  afterAll(async () => {
    await client?.close()
    await store?.close()
  })
  beforeEach(async () => {
    for (const table of ['otel_logs', 'ledger']) await client.command({ query: `TRUNCATE TABLE ${table}` })
  })

  const aggregate = (inputs: readonly RecordInput[], baseOffset = 0) =>
    takeIn(client, topic, inputs, baseOffset, `verify ${tokens++}`)
  async function sendAndAggregate(inputs: readonly RecordInput[]): Promise<void> {
    kafka.append(topic, 0, inputs)
    await aggregate(inputs)
    await commit(inputs.length)
  }
  /** Puts rows in place of those that match, each with something about it changed. */
  async function tamper(where: string, replace: string): Promise<void> {
    const statements = [
      'CREATE TABLE changed ENGINE = Memory AS SELECT * FROM otel_logs WHERE 0',
      `INSERT INTO changed SELECT * REPLACE (${replace}) FROM otel_logs WHERE ${where}`,
      `ALTER TABLE otel_logs DELETE WHERE ${where} SETTINGS mutations_sync = 2`,
      `INSERT INTO otel_logs SELECT * FROM changed`,
      'DROP TABLE changed',
    ]
    for (const query of statements) await client.command({ query })
  }
  const found = async (more: Partial<VerifyOptions> = {}) =>
    (await check(store.config, more)).findings.map(
      ({ kind, source: file, where, message }) => `${kind} ${file} ${where}: ${message}`,
    )

  it('takes a record that was put back for the one that could not be read', async () => {
    const [good, other] = records() as [RecordInput, RecordInput]
    await sendAndAggregate([{ ...good, value: Buffer.from([0xff]) }, other])
    expect(await found()).toEqual([
      `unreadable ${source} partition 0, offset 0: invalid protobuf: varint runs past the end at byte 1 (PROTOBUF_INVALID): in no row, but kept, see millrace aggregator dead-letters list`,
    ])
    const again = { ...good, headers: [...good.headers, { key: 'millrace.replay.of', value: 'id/0/0' }] }
    kafka.append(topic, 0, [again])
    await aggregate([again], 2)
    await commit(3)
    expect(await found()).toEqual([])
    expect((await check(store.config)).totals).toMatchObject({ records: 2, lines: 4 })
  })

  it('proves what is aggregated', async () => {
    const dropped = { health: 3, cut: 137 }
    const gaps = [{ row: 1, bytes: 137, reason: 'cut', isChange: false }]
    await sendAndAggregate([
      recordOf(0, first, { dropped, gaps, to: endOf(0, first) + 137 }),
      recordOf(endOf(0, first) + 137, second),
    ])
    expect(reportText(await check(store.config))).toBe(
      'every byte range is there exactly once: 4 lines in 2 records of 1 source, 3 records dropped by rules (health 3), 137 bytes of cut lines\n',
    )
    expect(await found({ isQuick: true })).toEqual([])
    expect(await found({ agent: 'web1', sinceMs: nowMs - 1000 })).toEqual([])
  })

  it('says what is not aggregated yet beside what is', async () => {
    const [one, two] = records() as [RecordInput, RecordInput]
    kafka.append(topic, 0, [
      one,
      two,
      { key: null, value: Buffer.from('x'), timestampMs: nowMs, headers: [] },
    ])
    await aggregate([one])
    await commit(1)
    const report = await check(store.config)
    const moment = new Date(nowMs).toISOString()
    expect(reportText(report)).toBe(
      [
        'every aggregated byte range is there exactly once: 2 lines in 1 record of 1 source, 0 records dropped by rules',
        `1 record with 2 lines, of ${moment} to ${moment}, is not aggregated yet and so not verified: run it again later, see millrace groups`,
        '1 record came from no agent: without a ledger that can be read they cannot be verified\n',
      ].join('\n'),
    )
    expect(JSON.parse(reportJson(report))).toEqual({
      ok: true,
      records: 1,
      sources: 1,
      lines: 2,
      dropped: 0,
      droppedByRule: {},
      spoolFullRecords: 0,
      passedOverBytes: {},
      notAggregated: { records: 1, lines: 2, oldest: moment, newest: moment },
      notRead: { files: 0, bytes: 0, most: [] },
      foreignRecords: 1,
      foreignProblems: [],
      expiredLines: 0,
      deletedLines: 0,
      deletions: [],
      findings: [],
      moreFindings: 0,
    })
  })

  it('says what agents have not read yet, as they said last', async () => {
    await sendAndAggregate(records())
    const said = (agent: string, lag: Record<string, number>) => ({
      key: Buffer.from(agent),
      value: Buffer.from(
        JSON.stringify({
          ...{ schema: 1, agent, sentMs: nowMs, lanes: [] },
          sources: Object.entries(lag).map(([name, lagBytes]) => ({ source: name, lagBytes })),
        }),
      ),
      timestampMs: nowMs,
      headers: [],
    })
    kafka.makeTopic('millrace_heartbeats', 1)
    kafka.append('millrace_heartbeats', 0, [
      said('web1', { '/never': 99, '/read': 0 }),
      { ...said('web1', {}), value: Buffer.from('nonsense') },
      said('web1', { '/never': 12, '/read': 0, otlp: 5 }),
      said('b', { '/late': 3 }),
    ])
    const report = await check(store.config)
    expect(report.isProven).toBe(true)
    expect(reportText(report)).toBe(
      [
        'every aggregated byte range is there exactly once: 4 lines in 2 records of 1 source, 0 records dropped by rules',
        '2 files have 15 bytes that their agents have not read yet: web1 /never (12), b /late (3)\n',
      ].join('\n'),
    )
    expect((await check(store.config, { agent: 'web1' })).unread).toEqual({
      files: 1,
      bytes: 12,
      most: [{ agent: 'web1', source: '/never', bytes: 12 }],
    })
  })

  const offset1 = `bytes ${endOf(0, first)} to ${endOf(endOf(0, first), second)}, partition 0, offset 1`
  it.each<[string, string, string, string[]]>([
    [
      'one byte of one row',
      'TopicOffset = 1 AND TopicIndex = 0',
      "'the third lime' AS LineRest",
      [`content ${source} ${offset1}: the rows do not have the bytes that were sent`],
    ],
    [
      'the end of a line',
      'TopicOffset = 1 AND TopicIndex = 1',
      'toUInt8(0) AS OriginalKind',
      [
        `content ${source} ${offset1}: the rows do not have the bytes that were sent`,
        `gap ${source} ${offset1.split(', ')[0]}: 1 of its bytes are in no row`,
      ],
    ],
    [
      'a path',
      'TopicOffset = 0 AND TopicIndex = 1',
      "'/var/log/y' AS LogFilePath",
      [`path ${source} partition 0, offset 0: row 1 says that it is of /var/log/y`],
    ],
    [
      'a service',
      'TopicOffset = 0 AND TopicIndex = 1',
      "'api' AS ServiceName",
      [`service ${source} partition 0, offset 0: row 1 is of service 'api', sent as 'web'`],
    ],
    [
      'the order of two rows',
      'TopicOffset = 1',
      'toUInt32(1 - TopicIndex) AS TopicIndex',
      [`content ${source} ${offset1}: the rows do not have the bytes that were sent`],
    ],
  ])('finds a change of %s', async (_what, where, replace, findings) => {
    await sendAndAggregate(records())
    await tamper(where, replace)
    expect(await found()).toEqual(findings)
  })

  it('finds rows that are gone, and rows that are there twice', async () => {
    await sendAndAggregate(records())
    await client.command({
      query:
        'ALTER TABLE otel_logs DELETE WHERE TopicOffset = 1 AND TopicIndex = 0 SETTINGS mutations_sync = 2',
    })
    const lost = `count ${source} partition 0, offset 1: 2 lines in the record, 1 rows in the store`
    expect(await found()).toEqual([`${lost}: row 0 is missing`])
    expect(await found({ isQuick: true })).toEqual([lost])
    await aggregate(records().slice(0, 1))
    expect(await found()).toEqual([
      'offset  partition 0, offsets 0 to 1: the ledger has them twice',
      `overlap ${source} bytes 0 to ${endOf(0, first)}: ${endOf(0, first)} bytes are in two records`,
      `count ${source} partition 0, offset 0: 2 lines in the record, 4 rows in the store: rows 0 to 1 are there twice`,
      `${lost}: row 0 is missing`,
    ])
  })

  it('finds an offset that was passed over, and bytes that no record has', async () => {
    const three = [...records(), recordOf(200, ['after a hole'])]
    kafka.append(topic, 0, three)
    await aggregate(three.slice(0, 1))
    await aggregate(three.slice(2), 2)
    await commit(3)
    expect(await found()).toEqual([
      `offset ${source} partition 0, offset 1: a record that is committed and not in the ledger`,
      `gap ${source} bytes ${endOf(0, first)} to 200: ${200 - endOf(0, first)} bytes are in no record`,
    ])
  })

  it('finds the end of the topic missing', async () => {
    kafka.append(topic, 0, records())
    await aggregate(records().slice(0, 1))
    await commit(2)
    expect(await found()).toEqual([
      `offset ${source} partition 0, offset 1: a record that is committed and not in the ledger`,
    ])
  })

  it('finds a record that nobody could read', async () => {
    const broken = { ...recordOf(0, first), value: Buffer.from([0x0a, 0x7f]) }
    await sendAndAggregate([broken])
    expect((await check(store.config)).findings).toMatchObject([
      { kind: 'unreadable', where: 'partition 0, offset 0', message: expect.stringContaining('protobuf') },
    ])
  })

  it('passes over records whose headers are no ledger, and names them', async () => {
    const headers = [...recordOf(0, first).headers.filter(({ key }) => key !== 'millrace.to')]
    const torn = { ...recordOf(0, first), headers: [...headers, { key: 'millrace.to', value: 'x' }] }
    const [one, two] = records() as [RecordInput, RecordInput]
    await sendAndAggregate([one, torn, two])
    kafka.append(topic, 0, [torn])
    const report = await check(store.config)
    expect([report.findings, report.foreignRecords, report.pending.records]).toEqual([[], 2, 0])
    expect(report.foreignProblems).toEqual([expect.stringMatching(/^partition 0, offset 1: .*millrace\.to/)])
    expect(reportText(report)).toContain(`\n2 records came from no agent: without a ledger that can be read`)
  })

  it('leaves out what retention has taken', async () => {
    await sendAndAggregate(records())
    await client.command({ query: 'ALTER TABLE otel_logs DELETE WHERE 1 SETTINGS mutations_sync = 2' })
    const later = await check(store.config, { nowMs: nowMs + 31 * 86_400_000 })
    expect([later.findings, later.expiredLines]).toEqual([[], 4])
  })

  it('takes nothing for no proof', async () => {
    const nothing = (message: string) => ({ code: 'NOTHING_TO_VERIFY', message })
    await expect(check(store.config)).rejects.toMatchObject(
      nothing('nothing to verify: otlp_logs holds no records, look with millrace topics what was sent'),
    )
    kafka.append(topic, 0, records())
    const moment = new Date(nowMs).toISOString()
    await expect(check(store.config)).rejects.toMatchObject(
      nothing(
        `nothing to verify: 2 records with 4 lines, of ${moment} to ${moment}, are not aggregated yet: start the aggregator or wait for it, see millrace groups`,
      ),
    )
    await aggregate(records())
    await commit(2)
    await expect(check(store.config, { agent: 'web9' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'nothing is known of an agent web9: known are web1',
    })
  })

  it('says that the store has no tables yet', async () => {
    const config = { ...store.config, clickhouse: { ...store.config.clickhouse, database: 'nowhere' } }
    await expect(check(config)).rejects.toMatchObject({
      code: 'VERIFY_FAILED',
      message: `the store at ${store.url} has no logs yet: start the aggregator, which makes the tables, or check clickhouse.database`,
    })
  })
})
