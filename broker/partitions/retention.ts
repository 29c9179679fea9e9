import type { LogTuning, SegmentInfo } from '../../lib/log/index.ts'
import type { TopicSettings } from './settings.ts'

export interface RetentionStep {
  /** Close the active segment first: it is due as well. */
  roll: boolean
  /** Everything below goes. */
  deleteBefore: number | undefined
}

/**
 * What a log may forget now: from the oldest on, each segment whose newest record is past `retentionMs`, or that is not
 * needed to keep `retentionBytes`. Only whole segments go. Pure: the caller rolls and deletes.
 */
export function retentionStep(
  segments: readonly SegmentInfo[],
  settings: TopicSettings,
  nowMs: number,
  activeSinceMs: number,
): RetentionStep {
  const active = segments.at(-1)
  if (active === undefined) return { roll: false, deleteBefore: undefined }
  if (!settings.isDeleted)
    return { roll: isAged(active, settings, nowMs, activeSinceMs), deleteBefore: undefined }
  let bytes = segments.reduce((sum, segment) => sum + segment.sizeBytes, 0)
  let deleteBefore: number | undefined
  for (const segment of segments.slice(0, -1)) {
    const fits = settings.retentionBytes < 0 || bytes - segment.sizeBytes < settings.retentionBytes
    if (!isExpired(segment, settings, nowMs) && fits) break
    bytes -= segment.sizeBytes
    deleteBefore = segment.nextOffset
  }
  const onlyActiveLeft = (deleteBefore ?? segments[0]?.baseOffset) === active.baseOffset
  const activeExpired = onlyActiveLeft && active.sizeBytes > 0 && isExpired(active, settings, nowMs)
  if (activeExpired) return { roll: true, deleteBefore: active.nextOffset }
  return { roll: isAged(active, settings, nowMs, activeSinceMs), deleteBefore }
}

function isExpired(segment: SegmentInfo, settings: TopicSettings, nowMs: number): boolean {
  return settings.retentionMs >= 0 && nowMs - newestMs(segment) > settings.retentionMs
}

/** The time of its newest record, or of its last write where records have no timestamps. */
export function newestMs({ maxTimestampMs, lastModifiedMs }: SegmentInfo): number {
  return maxTimestampMs >= 0 ? maxTimestampMs : lastModifiedMs
}

function isAged(active: SegmentInfo, settings: TopicSettings, nowMs: number, sinceMs: number): boolean {
  return active.sizeBytes > 0 && nowMs - sinceMs > rollAfterMs(settings)
}

/** A record that must be compacted by its age must be in a closed segment by then. */
export function rollAfterMs({ isCompacted, segmentMs, maxCompactionLagMs }: TopicSettings): number {
  return isCompacted ? Math.min(segmentMs, maxCompactionLagMs) : segmentMs
}

/** What the log itself must know of a topic's settings. */
export function logTuning(settings: TopicSettings): LogTuning {
  const { segmentBytes, segmentIndexBytes, segmentJitterMs, indexIntervalBytes, fileDeleteDelayMs } = settings
  const segmentMs = rollAfterMs(settings)
  return {
    segmentBytes,
    segmentIndexBytes,
    segmentMs,
    segmentJitterMs,
    indexIntervalBytes,
    fileDeleteDelayMs,
  }
}
