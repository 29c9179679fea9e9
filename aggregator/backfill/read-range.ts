import { OperatingError } from '../../lib/base/index.ts'
import type { Fetcher } from '../../lib/kafka/client/index.ts'
import { errorCodes, errorName } from '../../lib/kafka/index.ts'
import { type QueuedRecord, RecordQueue } from '../range/record-queue.ts'
import type { Offsets } from './gaps.ts'

const maxFetchBytes = 4 * 1024 * 1024
const maxWaitMs = 1000
/** Fetches in a row that bring nothing: then the topic no longer has the end of the range. */
const maxEmptyFetches = 30

/** The records of a range, in order. Errors: TOPIC_UNREADABLE; those of the client. */
export async function* readRange(
  fetcher: Fetcher,
  topic: string,
  partition: number,
  { from, to }: Offsets,
): AsyncIterable<QueuedRecord> {
  const queue = new RecordQueue(from)
  let empty = 0
  while (empty < maxEmptyFetches) {
    for (let next = queue.peek(); next !== undefined; next = queue.peek()) {
      if (next.offset >= to) return
      queue.take()
      yield next
    }
    const before = queue.fetchOffset
    if (before >= to) return
    const request = { topic, partition, offset: before, maxBytes: maxFetchBytes }
    const [result] = await fetcher.fetch([request], { maxWaitMs })
    if (result === undefined || result.errorCode !== errorCodes.NONE)
      throw unreadable(topic, partition, before, errorName(result?.errorCode ?? errorCodes.NONE))
    queue.push(result.records)
    empty = queue.fetchOffset === before ? empty + 1 : 0
  }
  throw unreadable(topic, partition, queue.fetchOffset, 'nothing comes')
}

function unreadable(topic: string, partition: number, offset: number, why: string): OperatingError {
  return new OperatingError(
    'TOPIC_UNREADABLE',
    `${topic}, partition ${partition}, cannot be read at offset ${offset} (${why}): run the backfill again, it goes on where it was`,
  )
}
