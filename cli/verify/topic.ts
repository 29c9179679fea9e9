import { codeOf, OperatingError } from '../../lib/base/index.ts'
import type { Fetcher, KafkaClient } from '../../lib/kafka/client/index.ts'
import { BatchCursor, errorName, type KafkaRecord, readRecords } from '../../lib/kafka/index.ts'
import { type LedgerEntry, type LedgerHeader, readLedgerHeaders } from '../../lib/ledger/index.ts'

/** A record of the topic that is not control data. */
export interface TopicRecord {
  offset: number
  timestampMs: number
  /** Undefined where no agent sent it. */
  entry: LedgerEntry | undefined
}

export interface TopicPart {
  kafka: KafkaClient
  fetcher: Fetcher
  topic: string
  partition: number
}

const fetchBytes = 4_194_304
const fetchWaitMs = 1_000

/** Records of a range of the topic that are still there, fetch by fetch, in order. Errors: VERIFY_FAILED. */
export async function* recordsOf(part: TopicPart, from: number, to: number): AsyncIterable<TopicRecord[]> {
  for await (const records of chunksOf(part, from, to)) yield records.map(topicRecord)
}

/** The same as they are, of any topic. */
export async function* chunksOf(
  { kafka, fetcher, topic, partition }: TopicPart,
  from: number,
  to: number,
): AsyncIterable<KafkaRecord[]> {
  const name = `${topic}-${partition}`
  const start = await kafka.listOffset(topic, partition, 'earliest')
  for (let next = Math.max(from, start); next < to; ) {
    const request = { topic, partition, offset: next, maxBytes: fetchBytes }
    const [result] = await fetcher.fetch([request], { maxWaitMs: fetchWaitMs })
    if (result === undefined || result.errorCode !== 0)
      throw new OperatingError('VERIFY_FAILED', `cannot read ${name}: ${errorName(result?.errorCode ?? -1)}`)
    const { records, nextOffset } = readChunk(result.records, next, to)
    if (nextOffset === next) throw new OperatingError('VERIFY_FAILED', `${name} ends before offset ${to}`)
    yield records
    next = nextOffset
  }
}

function readChunk(bytes: Buffer, from: number, to: number): { records: KafkaRecord[]; nextOffset: number } {
  const records: KafkaRecord[] = []
  let nextOffset = from
  const cursor = new BatchCursor(bytes)
  while (cursor.next() && cursor.baseOffset < to) {
    if (!cursor.isControl)
      for (const record of readRecords(cursor))
        if (record.offset >= from && record.offset < to) records.push(record)
    nextOffset = Math.min(to, cursor.nextOffset)
  }
  return { records, nextOffset }
}

function topicRecord(record: KafkaRecord): TopicRecord {
  const { offset, timestampMs } = record
  const headers = record.headers.map(({ key, value }) => ({ key, value: value?.toString('utf8') ?? '' }))
  return { offset, timestampMs, entry: ledgerOf(headers) }
}

/** One whose headers make no ledger is of nobody, as one without any. */
function ledgerOf(headers: readonly LedgerHeader[]): LedgerEntry | undefined {
  try {
    return readLedgerHeaders(headers)
  } catch (error) {
    if (codeOf(error) === 'LEDGER_INVALID') return undefined
    throw error
  }
}
