import { OperatingError } from '../../lib/base/index.ts'
import type { Fetcher, KafkaClient } from '../../lib/kafka/client/index.ts'
import { BatchCursor, errorName, type KafkaRecord, readRecords } from '../../lib/kafka/index.ts'

const fetchBytes = 4_194_304
const fetchWaitMs = 1_000

/** Records of a partition from an offset on, up to where it ends now. Errors: TOPIC_UNREADABLE; those of the client. */
export async function* recordsFrom(
  kafka: Pick<KafkaClient, 'listOffset'>,
  fetcher: Fetcher,
  topic: string,
  partition: number,
  from: number,
): AsyncIterable<KafkaRecord> {
  const start = await kafka.listOffset(topic, partition, 'earliest')
  const end = await kafka.listOffset(topic, partition, 'latest')
  for (let next = Math.max(from, start); next < end; ) {
    const request = { topic, partition, offset: next, maxBytes: fetchBytes }
    const [result] = await fetcher.fetch([request], { maxWaitMs: fetchWaitMs })
    const before = next
    const { records, nextOffset } = chunkOf(result?.records ?? Buffer.alloc(0), next)
    yield* records
    next = nextOffset
    if (next === before) throw unreadable(topic, partition, before, errorName(result?.errorCode ?? -1))
  }
}

function chunkOf(bytes: Buffer, from: number): { records: KafkaRecord[]; nextOffset: number } {
  const records: KafkaRecord[] = []
  let nextOffset = from
  const cursor = new BatchCursor(bytes)
  while (cursor.next()) {
    const all = cursor.isControl ? [] : readRecords(cursor)
    records.push(...all.filter(record => record.offset >= from))
    nextOffset = Math.max(nextOffset, cursor.nextOffset)
  }
  return { records, nextOffset }
}

function unreadable(topic: string, partition: number, offset: number, why: string): OperatingError {
  const message = `${topic}, partition ${partition}, cannot be read at offset ${offset} (${why}): try again`
  return new OperatingError('TOPIC_UNREADABLE', message)
}
