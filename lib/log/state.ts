import type { Logger } from '../base/index.ts'
import type { LogResources } from './resources.ts'
import type { ClosedSegment, Segment } from './segment.ts'
import type { LogOptions } from './types.ts'

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
  readonly options: Required<Readonly<LogOptions>>
  segmentBytes: number
  readonly resources: LogResources
  readonly logger: Logger | undefined
  closed: ClosedSegment[]
  active: Segment
  startOffset: number
  stable: SegmentEnd
}

export function endOf(segment: Segment): SegmentEnd {
  const { nextOffset: offset, sizeBytes: position, maxTimestampMs, offsetOfMaxTimestamp } = segment
  return { offset, position, maxTimestampMs, offsetOfMaxTimestamp }
}
