import { OperatingError } from '../../base/index.ts'
import { type BatchCursor, RecordWalk, readContent } from '../../kafka/index.ts'
import type { ClosedSegment } from '../segment.ts'
import type { LogState } from '../state.ts'
import { compactBatch, type FilterContext } from './filter.ts'
import { OffsetMap } from './offset-map.ts'
import { groupSegments } from './plan.ts'
import { readBatches } from './read.ts'
import { TransactionPass } from './transactions.ts'
import type { CompactionRequest, CompactionResult } from './types.ts'
import { CleanedSegment } from './write.ts'

/** About 1.5 million keys. */
const defaultMapBytes = 67_108_864

/** Puts a finished segment in the place of those it was made from; false where they are no longer there. */
export type Exchange = (cleaned: CleanedSegment, from: readonly ClosedSegment[]) => Promise<boolean>

/**
 * One pass over a log, in Kafka's two steps: the newest offset of every key in the dirty part, then all segments up to
 * its end written anew without what has been replaced since. Only closed segments are read; each group of them is
 * exchanged as soon as it is written, so that a crash loses no more than the group in the making.
 */
export async function compactSegments(
  state: LogState,
  request: CompactionRequest,
  exchange: Exchange,
): Promise<CompactionResult> {
  const segments = state.closed.filter(segment => segment.baseOffset < request.before)
  const { map, reached } = await mapDirtyKeys(state, segments, request)
  const result = { cleanTo: reached, bytesBefore: 0, bytesAfter: 0 }
  const cleanTo = map.latestOffset + 1
  if (cleanTo <= request.dirtyFrom) return result
  const { lastOfProducers, nowMs, deleteRetentionMs } = request
  const transactions = new TransactionPass()
  const context = { map, transactions, lastOfProducers, cleanTo, nowMs, deleteRetentionMs }
  const pending = segments.filter(segment => segment.baseOffset < cleanTo)
  for (const group of groupSegments(pending, state.tuning.segmentBytes)) {
    const bytesBefore = group.reduce((sum, segment) => sum + segment.sizeBytes, 0)
    result.bytesBefore += bytesBefore
    result.bytesAfter += (await compactGroup(state, group, context, request, exchange)) ?? bytesBefore
  }
  return result
}

async function mapDirtyKeys(
  state: LogState,
  segments: readonly ClosedSegment[],
  request: CompactionRequest,
): Promise<{ map: OffsetMap; reached: number }> {
  const { dirtyFrom, maxMapBytes = defaultMapBytes } = request
  const { nextOffset: end = dirtyFrom } = segments.at(-1) ?? {}
  const map = new OffsetMap(end - dirtyFrom, maxMapBytes)
  const transactions = new TransactionPass()
  let reached = dirtyFrom
  for (const segment of segments) {
    if (segment.nextOffset <= dirtyFrom) continue
    const { baseOffset, nextOffset } = segment
    transactions.expect(await request.abortedTransactions(baseOffset, nextOffset))
    let isFull = false
    await readBatches(state, segment, request.throttle, batch => {
      while (!isFull && batch.next()) isFull = !mapBatch(batch, map, transactions, dirtyFrom)
      return !isFull
    })
    if (isFull) return { map, reached: Math.max(reached, map.latestOffset + 1) }
    reached = nextOffset
  }
  return { map, reached }
}

/** False where the batch's keys do not fit any more. */
function mapBatch(
  batch: BatchCursor,
  map: OffsetMap,
  transactions: TransactionPass,
  dirtyFrom: number,
): boolean {
  const { baseOffset, lastOffset } = batch
  if (batch.isControl) transactions.isIdle(batch)
  else if (!transactions.isAborted(batch) && lastOffset >= dirtyFrom) {
    if (!map.hasRoomFor(batch.count)) {
      if (map.size > 0) return false
      throw mapTooSmall(baseOffset)
    }
    mapRecords(batch, map, dirtyFrom)
  }
  map.latestOffset = lastOffset
  return true
}

function mapRecords(batch: BatchCursor, map: OffsetMap, dirtyFrom: number): void {
  const { baseOffset } = batch
  const walk = new RecordWalk(readContent(batch), batch)
  while (walk.next()) {
    const { key } = walk
    const offset = baseOffset + walk.offsetDelta
    if (key !== null && offset >= dirtyFrom) map.put(key, offset)
  }
}

function mapTooSmall(offset: number): OperatingError {
  const message = `the batch at offset ${offset} has more keys than compaction may hold in memory`
  return new OperatingError('COMPACTION_MAP_FULL', message)
}

/** The bytes it has become; undefined where it stays what it is. */
async function compactGroup(
  state: LogState,
  group: readonly ClosedSegment[],
  context: FilterContext,
  request: CompactionRequest,
  exchange: Exchange,
): Promise<number | undefined> {
  const [first] = group as [ClosedSegment]
  const cleaned = await CleanedSegment.create(state, first.baseOffset)
  try {
    for (const segment of group) await compactSegment(state, segment, cleaned, context, request)
    await cleaned.finish(context.transactions.takeKept())
    const isWorthIt = cleaned.hasChanged || group.length > 1
    if (isWorthIt && (await exchange(cleaned, group))) return cleaned.segment.sizeBytes
  } catch (error) {
    await cleaned.discard()
    throw error
  }
  await cleaned.discard()
  return undefined
}

async function compactSegment(
  state: LogState,
  segment: ClosedSegment,
  cleaned: CleanedSegment,
  context: FilterContext,
  { abortedTransactions, throttle }: CompactionRequest,
): Promise<void> {
  context.transactions.expect(await abortedTransactions(segment.baseOffset, segment.nextOffset))
  await readBatches(state, segment, throttle, async batch => {
    const left: Buffer[] = []
    while (batch.next()) {
      const bytes = compactBatch(batch, context)
      if (bytes !== undefined) left.push(bytes)
      if (bytes === undefined || !isView(bytes, batch)) cleaned.hasChanged = true
    }
    await cleaned.write(left)
    return true
  })
}

function isView(bytes: Buffer, { buffer, offset, length }: BatchCursor): boolean {
  return (
    bytes.buffer === buffer.buffer &&
    bytes.byteOffset === buffer.byteOffset + offset &&
    bytes.length === length
  )
}
