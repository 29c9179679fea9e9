import type { SegmentInfo } from '../../lib/log/index.ts'
import { newestMs } from '../partitions/retention.ts'
import type { TopicSettings } from '../partitions/settings.ts'

/** What of a log could be compacted now. */
export interface Dirtiness {
  dirtyFrom: number
  before: number
  dirtyBytes: number
  /** Share of the dirty bytes among those that a pass would read. */
  ratio: number
}

/**
 * From where on a log has not been compacted, up to where it may be: not in the active segment, not where transactions
 * are open, not where records are younger than min.compaction.lag.ms. Pure.
 */
export function dirtinessOf(
  segments: readonly SegmentInfo[],
  settings: TopicSettings,
  cleanedTo: number | undefined,
  bounds: { startOffset: number; lastStableOffset: number },
  nowMs: number,
): Dirtiness {
  const { startOffset, lastStableOffset } = bounds
  const isKnown = cleanedTo !== undefined && cleanedTo >= startOffset && cleanedTo <= lastStableOffset
  const dirtyFrom = isKnown ? cleanedTo : startOffset
  const closed = segments.slice(0, -1)
  const { minCompactionLagMs } = settings
  // without a lag records from the future are no obstacle
  const isYoung = (segment: SegmentInfo) =>
    minCompactionLagMs > 0 && newestMs(segment) > nowMs - minCompactionLagMs
  const blocking = closed.find(
    segment => segment.nextOffset > dirtyFrom && (segment.nextOffset > lastStableOffset || isYoung(segment)),
  )
  const before = blocking?.baseOffset ?? segments.at(-1)?.baseOffset ?? 0
  const isDirty = (segment: SegmentInfo) => segment.nextOffset > dirtyFrom && segment.baseOffset < before
  const dirtyBytes = sizeOf(closed.filter(isDirty))
  const cleanBytes = sizeOf(closed.filter(segment => segment.nextOffset <= dirtyFrom))
  return { dirtyFrom, before, dirtyBytes, ratio: dirtyBytes / Math.max(1, dirtyBytes + cleanBytes) }
}

/** Whether it is worth a pass: by its share, or since the oldest of it has waited long enough. */
export function isDue(
  dirtiness: Dirtiness,
  settings: TopicSettings,
  oldestMs: number,
  nowMs: number,
): boolean {
  if (dirtiness.dirtyBytes === 0) return false
  const isOverdue = oldestMs >= 0 && nowMs - oldestMs > settings.maxCompactionLagMs
  return isOverdue || dirtiness.ratio > settings.minCleanableDirtyRatio
}

function sizeOf(segments: readonly SegmentInfo[]): number {
  return segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
}
