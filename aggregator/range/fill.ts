import { setImmediate as yieldToOthers } from 'node:timers/promises'
import { messageOf } from '../../lib/base/index.ts'
import type { KafkaRecord } from '../../lib/kafka/index.ts'
import { type LedgerEntry, readLedgerHeaders, tenantHeader } from '../../lib/ledger/index.ts'
import { type DeadLetter, replayedOffset } from '../dead-letters/letter.ts'
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
  /** What could not be made into rows. */
  letters: Unstored[]
  letterBytes: number
}

/** All of a dead letter that a partition's range knows. */
export type Unstored = Omit<DeadLetter, 'topicId'>

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
    if (isFull(blocks, limits, next, range)) return
    addRecord(blocks, source, next, range)
    range.to = Math.max(range.to, next.nextOffset)
    range.records++
    queue.take()
    if (performance.now() < turnEndsMs) continue
    await yieldToOthers()
    turnEndsMs = performance.now() + turnMs
  }
}

function isFull(blocks: RangeBlocks, limits: RangeLimits, next: QueuedRecord, range: FilledRange): boolean {
  if (limits.to !== undefined) return next.offset >= limits.to
  return blocks.rows >= limits.maxRows || blocks.bytes + range.letterBytes >= limits.maxBytes
}

function addRecord(
  blocks: RangeBlocks,
  source: { topic: string; partition: number },
  queued: QueuedRecord,
  range: FilledRange,
): void {
  const { entry, problem } = ledgerOf(queued.record)
  const { topic, partition } = source
  const { offset, nextOffset, timestampMs } = queued
  const tenant = tenantOf(queued.record)
  const position = new RecordPosition(topic, partition, offset, timestampMs, entry?.agent ?? '', tenant)
  const before = blocks.rows
  let error = queued.error
  try {
    const value = queued.record?.value
    // a record without a value says that its key is gone, and brings no rows
    if (value !== undefined && value !== null) blocks.add(value, position)
  } catch (failure) {
    error = messageOf(failure)
  }
  const replayOf = replayedOffset(queued.record?.headers ?? [])
  const rows = blocks.rows - before
  blocks.addLedger(position, { nextOffset, entry, rows, replayOf, error: error ?? problem ?? '' })
  if (error === undefined) return
  addLetter(range, source, queued, error)
  const note = `a record of ${topic}, partition ${partition}, offset ${offset}, could not be read: ${error}`
  blocks.addNote(position, note, error)
}

function addLetter(
  range: FilledRange,
  source: { topic: string; partition: number },
  { offset, timestampMs, record, batch }: QueuedRecord,
  reason: string,
): void {
  // what is queued is gone with the next batch
  const value = copyOf(record?.value ?? batch ?? null)
  range.letterBytes += value?.length ?? 0
  range.letters.push({
    ...source,
    offset,
    timestampMs,
    reason,
    isBatch: record === undefined,
    isCut: false,
    key: copyOf(record?.key ?? null),
    value,
    headers: (record?.headers ?? []).map(({ key, value }) => ({ key, value: copyOf(value) })),
  })
}

function copyOf(bytes: Buffer | null): Buffer | null {
  return bytes === null ? null : Buffer.from(bytes)
}

function tenantOf(record: KafkaRecord | undefined): string {
  return record?.headers.find(({ key }) => key === tenantHeader)?.value?.toString() ?? ''
}

/** What an agent says of the record; a ledger that cannot be read is a problem of its own and leaves the rows alone. */
function ledgerOf(record: KafkaRecord | undefined): { entry: LedgerEntry | undefined; problem?: string } {
  const headers = record?.headers ?? []
  try {
    const entry = readLedgerHeaders(
      headers.map(({ key, value }) => ({ key, value: value?.toString() ?? '' })),
    )
    return { entry }
  } catch (failure) {
    return { entry: undefined, problem: messageOf(failure) }
  }
}
