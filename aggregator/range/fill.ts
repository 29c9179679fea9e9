import { setImmediate as yieldToOthers } from 'node:timers/promises'
import { messageOf } from '../../lib/base/index.ts'
import type { KafkaRecord } from '../../lib/kafka/index.ts'
import { RecordPosition } from '../rows/position.ts'
import type { RangeBlocks } from './blocks.ts'
import type { QueuedRecord, RecordQueue } from './record-queue.ts'

/** A range ends before it grows past these. */
export interface RangeLimits {
  maxRows: number
  maxBytes: number
  /** Set when the range was planned before: then it ends here and nowhere else. */
  to: number | undefined
}

export interface FilledRange {
  /** One past the last offset in it. */
  to: number
  records: number
  undecodable: number
}

/** Others get a turn after so long: heartbeats must go out while large ranges are built. */
const turnMs = 20

/**
 * Moves records from the queue into blocks until the queue is empty or the range is full. A range planned before is
 * whole only when its end is reached, so it is called again when more has come.
 */
export async function fillRange(
  queue: RecordQueue,
  blocks: RangeBlocks,
  source: { topic: string; partition: number },
  limits: RangeLimits,
  range: FilledRange,
): Promise<void> {
  let turnEndsMs = performance.now() + turnMs
  for (let next = queue.peek(); next !== undefined; next = queue.peek()) {
    if (isFull(blocks, limits, next)) return
    addRecord(blocks, source, next, range)
    range.to = Math.max(range.to, next.nextOffset)
    range.records++
    queue.take()
    if (performance.now() < turnEndsMs) continue
    await yieldToOthers()
    turnEndsMs = performance.now() + turnMs
  }
}

function isFull(blocks: RangeBlocks, limits: RangeLimits, next: QueuedRecord): boolean {
  if (limits.to !== undefined) return next.offset >= limits.to
  return blocks.rows >= limits.maxRows || blocks.bytes >= limits.maxBytes
}

function addRecord(
  blocks: RangeBlocks,
  source: { topic: string; partition: number },
  queued: QueuedRecord,
  range: FilledRange,
): void {
  const agent = queued.record === undefined ? '' : agentOf(queued.record)
  const position = new RecordPosition(
    source.topic,
    source.partition,
    queued.offset,
    queued.timestampMs,
    agent,
  )
  let error = queued.error
  try {
    const value = queued.record?.value
    // a record without a value says that its key is gone, and brings no rows
    if (value !== undefined && value !== null) blocks.add(value, position)
  } catch (failure) {
    error = messageOf(failure)
  }
  if (error === undefined) return
  range.undecodable++
  const note = `a record of ${source.topic}, partition ${source.partition}, offset ${queued.offset}, could not be read: ${error}`
  blocks.addNote(position, note, error)
}

function agentOf(record: KafkaRecord): string {
  for (const { key, value } of record.headers)
    if (key === 'millrace.agent' && value !== null) return value.toString()
  return ''
}
