import { join } from 'node:path'
import type { BatchCursor } from '../kafka/index.ts'
import { indexSuffix, logSuffix, segmentName, timeIndexSuffix, txnIndexSuffix } from './filenames.ts'
import { OffsetIndex } from './offset-index.ts'
import { TimeIndex } from './time-index.ts'

export interface SegmentIndexes {
  offsets: OffsetIndex
  times: TimeIndex
}

/** Offset deltas are 32 bits in both indexes. */
const maxOffsetDelta = 0x7fff_ffff

/**
 * One file of the log: batches whose offsets begin at `baseOffset`. Only the last segment, the active one, is written;
 * it holds its indexes in memory, those of the others are read when needed.
 *
 * Invariants: `sizeBytes` counts whole batches only; every batch in it ends below `nextOffset`; index entries are at
 * least `indexIntervalBytes` of log apart.
 */
export class Segment {
  readonly baseOffset: number
  readonly logPath: string
  readonly indexPath: string
  readonly timeIndexPath: string
  readonly txnIndexPath: string
  sizeBytes = 0
  nextOffset: number
  maxTimestampMs = -1
  /** Largest timestamp of its first batch, by which its age is told; -1 where it has none. */
  firstTimestampMs = -1
  offsetOfMaxTimestamp: number
  /** When it was last written, by which it ages where its records have no timestamps. */
  lastModifiedMs = 0
  readonly offsets: OffsetIndex
  readonly times: TimeIndex
  #bytesSinceEntry = 0

  constructor(
    folder: string,
    baseOffset: number,
    indexes: SegmentIndexes = { offsets: new OffsetIndex(), times: new TimeIndex() },
  ) {
    const path = join(folder, segmentName(baseOffset))
    this.baseOffset = baseOffset
    this.logPath = path + logSuffix
    this.indexPath = path + indexSuffix
    this.timeIndexPath = path + timeIndexSuffix
    this.txnIndexPath = path + txnIndexSuffix
    this.nextOffset = baseOffset
    this.offsetOfMaxTimestamp = baseOffset
    this.offsets = indexes.offsets
    this.times = indexes.times
  }

  /** All files that may be there; of transactions only where some were aborted. */
  get paths(): string[] {
    return [this.txnIndexPath, this.indexPath, this.timeIndexPath, this.logPath]
  }

  /** Whether offsets up to `lastOffset` can stand in this segment. */
  hasRoomFor(lastOffset: number): boolean {
    return lastOffset - this.baseOffset <= maxOffsetDelta
  }

  /** Takes note of the batch the cursor stands on, which lies at the end of the file. Hot: once per batch appended. */
  note(batch: BatchCursor, indexIntervalBytes: number): void {
    const { baseOffset, lastOffset, maxTimestampMs, length } = batch
    if (this.sizeBytes === 0) this.firstTimestampMs = maxTimestampMs
    if (maxTimestampMs > this.maxTimestampMs) {
      this.maxTimestampMs = maxTimestampMs
      this.offsetOfMaxTimestamp = lastOffset
    }
    if (this.#bytesSinceEntry > indexIntervalBytes) {
      this.offsets.append(baseOffset - this.baseOffset, lastOffset - this.baseOffset, this.sizeBytes)
      this.noteTime()
      this.#bytesSinceEntry = 0
    }
    this.sizeBytes += length
    this.#bytesSinceEntry += length
    this.nextOffset = lastOffset + 1
  }

  /** Puts the largest timestamp so far into the time index; also done when the segment is closed. */
  noteTime(): void {
    this.times.append(this.maxTimestampMs, this.offsetOfMaxTimestamp - this.baseOffset)
  }
}

/** A segment that is no longer written. Its indexes are loaded when a read needs them. */
export interface ClosedSegment {
  readonly baseOffset: number
  readonly nextOffset: number
  readonly sizeBytes: number
  readonly maxTimestampMs: number
  readonly lastModifiedMs: number
  readonly logPath: string
  readonly indexPath: string
  readonly timeIndexPath: string
  readonly paths: string[]
}

/** Forgets the indexes of a segment that is full. */
export function closed(segment: Segment): ClosedSegment {
  const { baseOffset, nextOffset, sizeBytes, maxTimestampMs, lastModifiedMs } = segment
  const { logPath, indexPath, timeIndexPath, paths } = segment
  const info = { baseOffset, nextOffset, sizeBytes, maxTimestampMs, lastModifiedMs }
  return { ...info, logPath, indexPath, timeIndexPath, paths }
}
