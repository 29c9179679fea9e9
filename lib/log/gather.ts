import { BatchCursor, patchBatch } from '../kafka/index.ts'
import { offsetEntryBytes } from './offset-index.ts'
import type { Segment } from './segment.ts'
import type { LogState } from './state.ts'

/** Limits of one write: what gathers beyond goes into the next. */
const maxWriteBytes = 16_777_216
const maxWriteBuffers = 512

/** Batches that wait to be written, and the offsets they got. */
export interface Gathered {
  batches: Buffer
  baseOffset: number
  lastOffset: number
}

/**
 * How many of the first that wait fit the active segment, each with its offsets given; 0 where the segment must be closed
 * first. Hot: once per write.
 */
export function gather(state: LogState, waiting: readonly (Gathered | object)[]): number {
  const { active, options, tuning } = state
  const ageMs = rollAgeMs(state)
  let nextOffset = active.nextOffset
  let bytes = 0
  let count = 0
  while (count < Math.min(maxWriteBuffers, waiting.length)) {
    const append = waiting[count] as Gathered | object
    if (!('batches' in append)) break
    const { length } = append.batches
    const size = active.sizeBytes + bytes
    if (bytes > 0 && bytes + length > maxWriteBytes) break
    if (size > 0 && size + length > tuning.segmentBytes) break
    if (count === 0 && isDue(state, active, append.batches, ageMs)) break
    nextOffset = assignOffsets(append, nextOffset, options.leaderEpoch)
    if (size > 0 && !active.hasRoomFor(append.lastOffset)) break
    count++
    bytes += length
  }
  return count
}

function assignOffsets(append: Gathered, firstOffset: number, leaderEpoch: number): number {
  const cursor = new BatchCursor(append.batches)
  let nextOffset = firstOffset
  while (cursor.next()) {
    patchBatch(append.batches, cursor.offset, nextOffset, leaderEpoch)
    nextOffset += cursor.lastOffsetDelta + 1
  }
  append.baseOffset = firstOffset
  append.lastOffset = nextOffset - 1
  return nextOffset
}

function rollAgeMs({ tuning, jitter }: LogState): number {
  return tuning.segmentMs - Math.floor(jitter * Math.min(tuning.segmentJitterMs, tuning.segmentMs))
}

/** Too old by its records' time, or by the clock where they have none; or its index is full. */
function isDue(state: LogState, active: Segment, batches: Buffer, ageMs: number): boolean {
  if (active.sizeBytes === 0) return false
  if ((active.offsets.length + 1) * offsetEntryBytes > state.tuning.segmentIndexBytes) return true
  if (ageMs === Number.POSITIVE_INFINITY) return false
  const cursor = new BatchCursor(batches)
  const isDated = active.firstTimestampMs >= 0 && cursor.next()
  const age = isDated ? cursor.maxTimestampMs - active.firstTimestampMs : state.nowMs() - state.activeSinceMs
  return age > ageMs
}
