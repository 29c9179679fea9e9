import { codeOf, OperatingError } from '../base/index.ts'
import { BatchCursor, batchHeaderBytes, batchPrefixBytes, readRecords } from '../kafka/index.ts'
import { readFully } from './files.ts'
import { loadIndexes, rebuildIndexes } from './index-files.ts'
import { findRange } from './log-range.ts'
import { type ReadMark, ReadMarks } from './read-marks.ts'
import { maxBatchBytes } from './scan.ts'
import type { ClosedSegment, Segment, SegmentIndexes } from './segment.ts'
import { type LogState, readableEnd } from './state.ts'
import type { LogRange, LogSlice, TimestampedOffset } from './types.ts'

/** The least that is read at once: most batches of a slow topic fit. */
const smallestReadBytes = 16_384

/** Reads below the stable end. Reads of one log may run at the same time. */
export class LogReader {
  readonly #state: LogState
  readonly #marks = new ReadMarks()

  constructor(state: LogState) {
    this.#state = state
  }

  /** Reads again where files were exchanged or deleted meanwhile: position and bytes may then be of different files. */
  async read(offset: number, maxBytes: number): Promise<LogSlice> {
    const state = this.#state
    for (;;) {
      while (state.swapping !== undefined) await state.swapping
      const { generation, startOffset } = state
      try {
        const slice = await this.#read(offset, maxBytes)
        if (state.generation === generation) return slice
        slice.release()
      } catch (error) {
        if (state.generation === generation && state.startOffset === startOffset) throw error
      }
    }
  }

  /** See Log.range. */
  async range(offset: number, maxBytes: number): Promise<LogRange | undefined> {
    const state = this.#state
    if (state.swapping !== undefined || offset < state.startOffset || offset >= state.stable.offset)
      return undefined
    const segment = this.#segmentOf(offset)
    const first = offset === segment.baseOffset ? { segment, offset, position: 0 } : undefined
    const mark = this.#marks.take(segment, offset) ?? first
    if (mark === undefined) return undefined
    const range = await this.#rangeFrom(mark, maxBytes)
    const end = range === undefined ? mark.position : range.position + range.length
    this.#marks.add({ segment, offset: range?.nextOffset ?? offset, position: end })
    return range
  }

  async #rangeFrom(mark: ReadMark, maxBytes: number): Promise<LogRange | undefined> {
    const state = this.#state
    const { generation } = state
    try {
      const range = await findRange(state, mark, await this.#indexesOf(mark.segment), maxBytes)
      if (state.generation === generation) return range
      range?.release()
    } catch {
      // files go at any time; whether something is wrong with one, reading it tells
      return undefined
    }
    return undefined
  }

  async #read(offset: number, maxBytes: number): Promise<LogSlice> {
    const state = this.#state
    if (offset < state.startOffset || offset > state.active.nextOffset) throw outOfRange(state, offset)
    for (let at = offset; at < state.stable.offset; ) {
      const segment = this.#segmentOf(at)
      const { position } = readableEnd(state, segment)
      const slice = await this.#readSegment(segment, at, position, maxBytes)
      if (slice !== undefined) return slice
      // compaction left nothing of the segment's rest
      at = segment.nextOffset
    }
    return emptySlice(Math.max(offset, state.stable.offset))
  }

  /** Where an index has led to no batch it is the index that is wrong, as long as the log reads well. */
  async #readSegment(
    segment: Segment | ClosedSegment,
    offset: number,
    end: number,
    maxBytes: number,
  ): Promise<LogSlice | undefined> {
    const position = await this.#positionOf(segment, offset)
    try {
      return await this.#slice(segment, offset, position, end, maxBytes)
    } catch (error) {
      if (position === 0 || codeOf(error) !== 'LOG_DAMAGED') throw error
      const known = await this.#positionWithout(segment, offset)
      return await this.#slice(segment, offset, known, end, maxBytes)
    }
  }

  /** Where to read once the index has proved wrong: one made anew, or the start of a segment that still grows. */
  async #positionWithout(segment: Segment | ClosedSegment, offset: number): Promise<number> {
    if ('offsets' in segment) return 0
    const { resources, options, tuning } = this.#state
    const { offsets } = await rebuildIndexes(resources, options.folder, segment, tuning.indexIntervalBytes)
    return offsets.positionFor(offset - segment.baseOffset)
  }

  /** The first record at or after the time. Reads the one batch that holds it. */
  async offsetForTimestamp(timestampMs: number): Promise<TimestampedOffset | undefined> {
    const { closed, active, startOffset } = this.#state
    for (const segment of [...closed, active]) {
      if (segment.maxTimestampMs < timestampMs || segment.nextOffset <= startOffset) continue
      const found = await this.#searchSegment(segment, timestampMs)
      if (found !== undefined) return found
    }
    return undefined
  }

  async #searchSegment(
    segment: Segment | ClosedSegment,
    timestampMs: number,
  ): Promise<TimestampedOffset | undefined> {
    const { times } = await this.#indexesOf(segment)
    const { startOffset, stable } = this.#state
    let offset = Math.max(segment.baseOffset + times.deltaBefore(timestampMs), startOffset)
    while (offset < Math.min(segment.nextOffset, stable.offset)) {
      const slice = await this.read(offset, 1_048_576)
      const cursor = new BatchCursor(slice.bytes)
      while (cursor.next()) {
        const found =
          cursor.maxTimestampMs < timestampMs ? undefined : firstAt(cursor, timestampMs, startOffset)
        if (found !== undefined) return found
      }
      offset = slice.nextOffset
    }
    return undefined
  }

  #segmentOf(offset: number): Segment | ClosedSegment {
    const { closed, active } = this.#state
    if (offset >= active.baseOffset) return active
    let low = 0
    let high = closed.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((closed[middle] as ClosedSegment).nextOffset <= offset) low = middle + 1
      else high = middle
    }
    return closed[low] ?? active
  }

  #indexesOf(segment: Segment | ClosedSegment): Promise<SegmentIndexes> | SegmentIndexes {
    const { resources, options, tuning } = this.#state
    if ('offsets' in segment) return segment
    return loadIndexes(resources, options.folder, segment, tuning.indexIntervalBytes)
  }

  async #positionOf(segment: Segment | ClosedSegment, offset: number): Promise<number> {
    const mark = this.#marks.take(segment, offset)
    if (mark !== undefined) return mark.position
    const { offsets } = await this.#indexesOf(segment)
    return offsets.positionFor(offset - segment.baseOffset)
  }

  /**
   * Whole batches from the one that reaches `offset`, after skipping those before it that the index could not. Undefined
   * where the segment ends before.
   */
  async #slice(
    segment: Segment | ClosedSegment,
    offset: number,
    start: number,
    end: number,
    maxBytes: number,
  ): Promise<LogSlice | undefined> {
    let position = start
    let wanted = Math.max(maxBytes, smallestReadBytes)
    while (position < end) {
      const length = Math.min(wanted, end - position)
      const buffer = this.#state.resources.buffers.take(length)
      const read = await this.#state.resources.files.use(segment.logPath, fd =>
        readFully(fd, buffer.subarray(0, length), position),
      )
      const bytes = buffer.subarray(0, read)
      const cursor = new BatchCursor(bytes)
      while (cursor.next() && isOf(cursor, segment))
        if (cursor.lastOffset >= offset) return this.#take(segment, cursor, buffer, position, maxBytes)
      const isAstray = cursor.offset >= 0 && !isOf(cursor, segment)
      const needed = cutBatchBytes(bytes, cursor.end)
      this.#state.resources.buffers.give(buffer)
      const isCut = read < length || position + cursor.end + needed > end
      if (isAstray || (position + cursor.end < end && (needed === 0 || isCut)))
        throw damaged(segment.logPath, position + cursor.end)
      position += cursor.end
      wanted = Math.max(wanted, needed)
    }
    return undefined
  }

  #take(
    segment: Segment | ClosedSegment,
    cursor: BatchCursor,
    buffer: Buffer,
    position: number,
    maxBytes: number,
  ): LogSlice {
    const from = cursor.offset
    const { baseOffset } = cursor
    let { nextOffset } = cursor
    let to = from + cursor.length
    while (cursor.next() && cursor.end - from <= maxBytes) {
      to = cursor.end
      nextOffset = cursor.nextOffset
    }
    this.#marks.add({ segment, offset: nextOffset, position: position + to })
    const release = () => this.#state.resources.buffers.give(buffer)
    return { bytes: buffer.subarray(from, to), baseOffset, nextOffset, release }
  }
}

/** Whether this can be a batch of the segment: bytes read from a wrong position hardly ever look like one. */
function isOf(batch: BatchCursor, { baseOffset, nextOffset }: Segment | ClosedSegment): boolean {
  return batch.magic === 2 && batch.baseOffset >= baseOffset && batch.lastOffset < nextOffset
}

/** Whole length of the batch at `at` whose header is there; what a header takes where it is cut; 0 for nonsense. */
function cutBatchBytes(bytes: Buffer, at: number): number {
  if (at + batchHeaderBytes > bytes.length) return batchHeaderBytes
  const length = bytes.readInt32BE(at + 8) + batchPrefixBytes
  return length < batchHeaderBytes || length > maxBatchBytes ? 0 : length
}

function firstAt(
  batch: BatchCursor,
  timestampMs: number,
  startOffset: number,
): TimestampedOffset | undefined {
  for (const record of readRecords(batch))
    if (record.timestampMs >= timestampMs && record.offset >= startOffset)
      return { offset: record.offset, timestampMs: record.timestampMs }
  return undefined
}

function emptySlice(offset: number): LogSlice {
  return { bytes: Buffer.alloc(0), baseOffset: offset, nextOffset: offset, release: () => undefined }
}

function outOfRange(state: LogState, offset: number): OperatingError {
  const range = `${state.startOffset} to ${state.active.nextOffset}`
  return new OperatingError('OFFSET_OUT_OF_RANGE', `offset ${offset} is not in the log, which has ${range}`)
}

function damaged(path: string, position: number): OperatingError {
  return new OperatingError(
    'LOG_DAMAGED',
    `${path} is damaged at byte ${position}: no record batch begins there`,
  )
}
