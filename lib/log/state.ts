import type { Logger } from '../base/index.ts'
import type { LogResources } from './resources.ts'
import type { ClosedSegment, Segment } from './segment.ts'
import type { LogOptions, LogTuning } from './types.ts'

/** An end of the active segment: all below is whole. */
export interface SegmentEnd {
  offset: number
  position: number
  maxTimestampMs: number
  offsetOfMaxTimestamp: number
}

/**
 * What one log knows of itself, shared by its parts. Only the appender changes segments and ends.
 *
 * Invariants: closed segments ascend without overlap and all of them are durable; the active one comes after them;
 * `startOffset <= stable.offset <= active.nextOffset`; readers see nothing at or past `stable`.
 */
export interface LogState {
  readonly options: Readonly<Pick<Required<LogOptions>, 'folder' | 'flush' | 'leaderEpoch'>>
  tuning: Readonly<LogTuning>
  readonly resources: LogResources
  readonly logger: Logger | undefined
  closed: ClosedSegment[]
  active: Segment
  startOffset: number
  stable: SegmentEnd
  readonly nowMs: () => number
  /** When the active segment was begun or taken over. */
  activeSinceMs: number
  /** Share of the jitter that the active segment is closed early by. */
  jitter: number
  /** Grows whenever files of closed segments are exchanged: what was read of one meanwhile may be of either. */
  generation: number
  /** Settles when an exchange of files is over. */
  swapping: Promise<void> | undefined
}

/** What a log has where nothing else is said. */
export const defaultTuning: LogTuning = {
  segmentBytes: 1_073_741_824,
  segmentIndexBytes: 10_485_760,
  segmentMs: Number.POSITIVE_INFINITY,
  segmentJitterMs: 0,
  indexIntervalBytes: 4096,
  fileDeleteDelayMs: 0,
}

export function beginActive(state: LogState, segment: Segment): void {
  state.active = segment
  state.activeSinceMs = state.nowMs()
  state.jitter = Math.random()
}

/** As far as a segment may be read: the active one up to what is stable. */
export function readableEnd(
  state: LogState,
  segment: Segment | ClosedSegment,
): Pick<SegmentEnd, 'offset' | 'position'> {
  return segment === state.active ? state.stable : { offset: segment.nextOffset, position: segment.sizeBytes }
}

export function endOf(segment: Segment): SegmentEnd {
  const { nextOffset: offset, sizeBytes: position, maxTimestampMs, offsetOfMaxTimestamp } = segment
  return { offset, position, maxTimestampMs, offsetOfMaxTimestamp }
}
