import type { FileRange } from '../kafka/index.ts'
import type { CompactionRequest, CompactionResult } from './compaction/types.ts'

/**
 * An append-only, segmented log of Kafka record batches (magic 2) in Kafka's own file formats: the broker's partitions
 * and the agent's spool. Offsets are numbers (checked to be safe integers on decode). One writer process per folder.
 *
 * Durability: with `flush: 'ack'` an append resolves after fdatasync (self-clocking group commit: the next sync starts
 * when the last one ends and covers all that was written meanwhile); with `'os'` after the write. Appends are written in
 * the order of the calls, one write in flight, everything that gathers meanwhile goes out in one writev.
 */
export interface LogOptions extends Partial<LogTuning> {
  folder: string
  segmentBytes: number
  flush: 'ack' | 'os'
  /** The partition leader epoch patched into each batch. */
  leaderEpoch?: number
}

/** What may change while the log is open; the names are those of Kafka's topic configurations. */
export interface LogTuning {
  /** Size of a segment. */
  segmentBytes: number
  /** Size of its offset index from which a segment is closed. */
  segmentIndexBytes: number
  /** Between its first record and the one appended, from which a segment is closed. */
  segmentMs: number
  /** By how much a segment may be closed before that, so that not all logs close theirs at once. */
  segmentJitterMs: number
  /** At most this many bytes between two entries of the sparse offset index. */
  indexIntervalBytes: number
  /** Files of deleted segments stay as long under another name. */
  fileDeleteDelayMs: number
}

export interface AppendResult {
  baseOffset: number
  lastOffset: number
}

/** One whole batch or several, as bytes of a segment; `baseOffset` is that of the first batch, `nextOffset` is past the last. */
export interface LogSlice {
  bytes: Buffer
  baseOffset: number
  nextOffset: number
  /** Gives the buffer back for the next read; `bytes` must not be used afterwards. May be left out. */
  release(): void
}

/** Whole batches where they stand in a segment's file, which stays open until the range is released. */
export interface LogRange extends FileRange {
  /** Past the last batch. */
  nextOffset: number
  /** Once, when nothing more is read of it. */
  release(): void
}

export interface TimestampedOffset {
  offset: number
  timestampMs: number
}

/** One file of the log; the last one is still written. */
export interface SegmentInfo {
  baseOffset: number
  nextOffset: number
  sizeBytes: number
  /** Largest timestamp of its records, -1 where it has none. */
  maxTimestampMs: number
  /** When it was last written, by the wall clock. */
  lastModifiedMs: number
}

export interface Log {
  /** First offset still there. */
  readonly startOffset: number
  /** Offset the next record gets; records below it may not be durable yet. */
  readonly endOffset: number
  /** Everything below is durable by the log's flush setting: what consumers may see. */
  readonly stableOffset: number
  readonly sizeBytes: number
  /** Written, but not surely on disk yet. */
  readonly unsyncedBytes: number
  /** Where the file begins that is written now; moves when one is full. */
  readonly activeOffset: number
  /** Changes when compaction exchanges files: what was read of two of them meanwhile may not fit together. */
  readonly generation: number
  /** All files, oldest first; the last one is active and never deleted. */
  readonly segments: SegmentInfo[]
  /**
   * Appends one or more whole, already validated record batches. Base offsets are assigned and patched in place in the
   * caller's buffer, which belongs to the log until the promise settles. Resolves when durable (see `flush`).
   * Rejects with LOG_WRITE_FAILED (disk full, I/O error); nothing of a rejected append is ever readable.
   */
  append(batches: Buffer): Promise<AppendResult>
  /**
   * Reads whole batches from the one that holds `offset`, up to `maxBytes` but at least one batch, below stableOffset.
   * Where compaction took the offset out, from the next one there is. An empty slice at the end. Rejects with
   * OFFSET_OUT_OF_RANGE.
   */
  read(offset: number, maxBytes: number): Promise<LogSlice>
  /**
   * What `read` would give, without reading it, for a consumer that goes on where its last read ended and has much ahead of
   * it; undefined elsewhere: read then. For sendfile(2).
   */
  range(offset: number, maxBytes: number): Promise<LogRange | undefined>
  /** Offset and time (ms) of the first record whose timestamp is at least `timestampMs`; undefined where there is none. */
  offsetForTimestamp(timestampMs: number): Promise<TimestampedOffset | undefined>
  /**
   * Moves the start: whole segments below go, a reader below gets OFFSET_OUT_OF_RANGE. The new start is durable at once
   * where a segment goes or `durable` asks for it, else with the next recovery point (as in Kafka): after a crash it may
   * be lower again.
   */
  deleteBefore(offset: number, options?: { durable?: boolean }): Promise<void>
  /** Drops everything from `offset` on. */
  truncate(offset: number): Promise<void>
  /** Closes the active segment, so that it can be deleted, and begins the next. */
  roll(): Promise<void>
  /** Takes effect from the next append on; segments already there stay as they are. */
  configure(tuning: Partial<LogTuning>): void
  /**
   * Leaves of each key only the newest record (see compaction/types.ts). Reads and appends go on meanwhile; offsets stay
   * what they are. One call at a time.
   */
  compact(request: CompactionRequest): Promise<CompactionResult>
  /** Makes everything written durable, whatever the flush setting. */
  flush(): Promise<void>
  close(): Promise<void>
}
