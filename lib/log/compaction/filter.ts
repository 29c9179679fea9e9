import {
  type BatchCursor,
  emptyBatch,
  RecordWalk,
  readContent,
  rebuildBatch,
  varintLength,
  writeVarint,
} from '../../kafka/index.ts'
import type { OffsetMap } from './offset-map.ts'
import type { TransactionPass } from './transactions.ts'
import type { LastOfProducer } from './types.ts'

export interface FilterContext {
  map: OffsetMap
  transactions: TransactionPass
  lastOfProducers: ReadonlyMap<number, LastOfProducer>
  /** The pass ends here: its last batch stays, be it empty, so that the log's offsets do not go back. */
  cleanTo: number
  nowMs: number
  deleteRetentionMs: number
}

/**
 * What compaction leaves of a batch: itself where nothing changes, a shorter one, or undefined where nothing stays.
 * Tombstones and markers get a time to go at the first compaction that could drop them, and go at one after it (KIP-534).
 */
export function compactBatch(batch: BatchCursor, context: FilterContext): Buffer | undefined {
  const staysEmpty = isLastOfProducer(batch, context) || batch.nextOffset === context.cleanTo
  if (batch.isControl) return compactMarker(batch, staysEmpty, context)
  if (context.transactions.isAborted(batch)) return emptyOrNothing(batch, staysEmpty)
  return compactData(batch, staysEmpty, context)
}

function compactMarker(batch: BatchCursor, staysEmpty: boolean, context: FilterContext): Buffer | undefined {
  if (!context.transactions.isIdle(batch)) return batch.view()
  const { deleteHorizonMs } = batch
  if (deleteHorizonMs !== undefined && deleteHorizonMs <= context.nowMs)
    return emptyOrNothing(batch, staysEmpty)
  if (batch.count === 0) return emptyOrNothing(batch, staysEmpty)
  if (deleteHorizonMs !== undefined) return batch.view()
  const content = readContent(batch)
  return withHorizon(batch, content, recordsOf(batch, content), context)
}

function compactData(batch: BatchCursor, staysEmpty: boolean, context: FilterContext): Buffer | undefined {
  const content = readContent(batch)
  const kept = recordsOf(batch, content, walk => staysInLog(batch, walk, context))
  if (kept.length === 0) return emptyOrNothing(batch, staysEmpty)
  const needsHorizon = batch.deleteHorizonMs === undefined && kept.some(record => record.isTombstone)
  if (needsHorizon) return withHorizon(batch, content, kept, context)
  if (kept.length === batch.count) return batch.view()
  const parts = kept.map(({ start, end }) => content.subarray(start, end))
  return rebuildBatch(batch, Buffer.concat(parts), headerOf(batch, kept))
}

function staysInLog(batch: BatchCursor, walk: RecordWalk, { map, nowMs }: FilterContext): boolean {
  const offset = batch.baseOffset + walk.offsetDelta
  if (offset > map.latestOffset) return true
  const { key } = walk
  if (key === null || offset < map.get(key)) return false
  const { deleteHorizonMs } = batch
  return !walk.isTombstone || deleteHorizonMs === undefined || nowMs < deleteHorizonMs
}

/** A sequence and an epoch must not be forgotten while their producer may still write. */
function isLastOfProducer(batch: BatchCursor, { lastOfProducers }: FilterContext): boolean {
  if (!batch.hasProducerId) return false
  const last = lastOfProducers.get(Number(batch.producerId))
  if (last === undefined) return false
  return last.lastOffset === undefined
    ? batch.isControl && batch.producerEpoch === last.epoch
    : batch.lastOffset === last.lastOffset
}

function emptyOrNothing(batch: BatchCursor, staysEmpty: boolean): Buffer | undefined {
  if (!staysEmpty) return undefined
  return batch.count === 0 ? batch.view() : emptyBatch(batch)
}

/** Where a record that stays stands in its batch's content. */
interface Kept {
  start: number
  end: number
  afterTimestamp: number
  timestampMs: number
  isTombstone: boolean
}

function recordsOf(
  batch: BatchCursor,
  content: Buffer,
  stays: (walk: RecordWalk) => boolean = () => true,
): Kept[] {
  const { baseTimestampMs } = batch
  const kept: Kept[] = []
  const walk = new RecordWalk(content, batch)
  while (walk.next()) {
    if (!stays(walk)) continue
    const { start, end, afterTimestamp, timestampDelta, isTombstone } = walk
    kept.push({ start, end, afterTimestamp, timestampMs: baseTimestampMs + timestampDelta, isTombstone })
  }
  return kept
}

function headerOf(batch: BatchCursor, kept: readonly Kept[]) {
  let maxTimestampMs = batch.maxTimestampMs
  if (!batch.isLogAppendTime) {
    maxTimestampMs = -1
    for (const { timestampMs } of kept) if (timestampMs > maxTimestampMs) maxTimestampMs = timestampMs
  }
  return { count: kept.length, maxTimestampMs }
}

/** The batch with these records and the time at which its tombstones may go, from which their times now count. */
function withHorizon(
  batch: BatchCursor,
  content: Buffer,
  kept: readonly Kept[],
  { nowMs, deleteRetentionMs }: FilterContext,
): Buffer {
  const baseTimestampMs = Math.min(nowMs + deleteRetentionMs, Number.MAX_SAFE_INTEGER)
  const parts: Buffer[] = []
  for (const { afterTimestamp, end, timestampMs } of kept) {
    const rest = content.subarray(afterTimestamp, end)
    const delta = timestampMs - baseTimestampMs
    const length = 1 + varintLength(delta) + rest.length
    const head = Buffer.alloc(varintLength(length) + 1 + varintLength(delta))
    writeVarint(head, delta, writeVarint(head, length, 0) + 1)
    parts.push(head, rest)
  }
  const header = headerOf(batch, kept)
  return rebuildBatch(batch, Buffer.concat(parts), { ...header, baseTimestampMs, isDeleteHorizon: true })
}
