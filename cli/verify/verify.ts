import type { ClickHouseClient } from '@clickhouse/client'
import { OperatingError } from '../../lib/base/index.ts'
import type { Fetcher, KafkaClient } from '../../lib/kafka/client/index.ts'
import { BatchCursor, errorName, type KafkaRecord, readRecords } from '../../lib/kafka/index.ts'
import { type LedgerEntry, readLedgerHeaders } from '../../lib/ledger/index.ts'
import type { Config } from '../config.ts'
import { LedgerCheck } from './ledger.ts'

export interface VerifyOptions {
  config: Config
  kafka: KafkaClient
  store: ClickHouseClient
  /** Only this agent's records. */
  agent: string | undefined
  progress: (doneRecords: number, ofRecords: number) => void
}

interface Entry {
  offset: number
  entry: LedgerEntry
}

const fetchBytes = 4_194_304
const fetchWaitMs = 1_000

/**
 * Holds the ledger in the logs topic against the rows in the store: every byte range there once, and for every record
 * that the aggregator has committed as many rows as it has lines. Errors: NOT_FOUND where there is no topic yet.
 */
export async function verify(options: VerifyOptions): Promise<LedgerCheck> {
  const { config, kafka } = options
  const topic = config.kafka.topics.logs
  const found = (await kafka.metadata([topic])).get(topic)
  if (found === undefined)
    throw new OperatingError('NOT_FOUND', `there is no topic ${topic} yet: nothing was sent`)
  const partitions = [...found.leaders.keys()]
  const committed = await kafka.committed(config.aggregator.group, { [topic]: partitions })
  const check = new LedgerCheck()
  const fetcher = kafka.openFetcher()
  try {
    for (const { partition, offset } of committed)
      await verifyPartition(options, fetcher, check, partition, Math.max(0, offset))
  } finally {
    await fetcher.close()
  }
  return check
}

async function verifyPartition(
  options: VerifyOptions,
  fetcher: Fetcher,
  check: LedgerCheck,
  partition: number,
  end: number,
): Promise<void> {
  const topic = options.config.kafka.topics.logs
  const start = await options.kafka.listOffset(topic, partition, 'earliest')
  for (let next = start; next < end; ) {
    const request = { topic, partition, offset: next, maxBytes: fetchBytes }
    const [result] = await fetcher.fetch([request], { maxWaitMs: fetchWaitMs })
    if (result === undefined || result.errorCode !== 0)
      throw new OperatingError(
        'VERIFY_FAILED',
        `cannot read ${topic}-${partition}: ${errorName(result?.errorCode ?? -1)}`,
      )
    const { entries, nextOffset } = readEntries(result.records, next, end)
    if (nextOffset === next)
      throw new OperatingError('VERIFY_FAILED', `${topic}-${partition} ends before offset ${end}`)
    const chosen = entries.filter(({ entry }) => options.agent === undefined || entry.agent === options.agent)
    for (const { entry } of chosen) check.add(entry, start === 0)
    await compareRows(options, check, partition, chosen, { from: next, to: nextOffset })
    next = nextOffset
    options.progress(next - start, end - start)
  }
}

function readEntries(records: Buffer, from: number, end: number): { entries: Entry[]; nextOffset: number } {
  const entries: Entry[] = []
  let nextOffset = from
  const cursor = new BatchCursor(records)
  while (cursor.next() && cursor.baseOffset < end) {
    for (const record of readRecords(cursor)) {
      if (record.offset < from || record.offset >= end) continue
      const entry = entryOf(record)
      if (entry !== undefined) entries.push({ offset: record.offset, entry })
    }
    nextOffset = Math.min(end, cursor.nextOffset)
  }
  return { entries, nextOffset }
}

function entryOf(record: KafkaRecord): LedgerEntry | undefined {
  return readLedgerHeaders(
    record.headers.map(({ key, value }) => ({ key, value: value?.toString('utf8') ?? '' })),
  )
}

async function compareRows(
  { store, config }: VerifyOptions,
  check: LedgerCheck,
  partition: number,
  entries: Entry[],
  range: { from: number; to: number },
): Promise<void> {
  if (entries.length === 0) return
  const result = await store.query({
    query: `SELECT toUInt64(TopicOffset) AS offset, count() AS rows FROM otel_logs
      WHERE Topic = {topic:String} AND TopicPartition = {partition:UInt32}
        AND TopicOffset >= {from:UInt64} AND TopicOffset < {to:UInt64}
      GROUP BY offset`,
    query_params: { topic: config.kafka.topics.logs, partition, ...range },
    format: 'JSONEachRow',
  })
  const counted = await result.json<{ offset: string | number; rows: string | number }>()
  const rows = new Map(counted.map(row => [Number(row.offset), Number(row.rows)]))
  for (const { offset, entry } of entries) {
    const present = rows.get(offset) ?? 0
    if (present !== entry.lines) check.wrongCount(entry, `partition ${partition}, offset ${offset}`, present)
  }
}
