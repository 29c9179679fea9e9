import { OperatingError } from '../../base/index.ts'
import { BatchCursor, batchHeaderBytes, batchPrefixBytes } from '../../kafka/index.ts'
import { readFully } from '../files.ts'
import { maxBatchBytes } from '../scan.ts'
import type { ClosedSegment } from '../segment.ts'
import type { LogState } from '../state.ts'

/** Small, since what is read at once is worked on at once: about 2 ms of small records. */
const chunkBytes = 131_072

/**
 * Shows a closed segment's batches in order, some at a time, from the position on. `visit` gets a cursor before the first
 * of them and says whether to go on. Errors: those of the disk, and LOG_DAMAGED where no batch begins.
 */
export async function readBatches(
  state: LogState,
  segment: ClosedSegment,
  throttle: (bytes: number) => Promise<void>,
  visit: (batches: BatchCursor) => Promise<boolean> | boolean,
): Promise<void> {
  let size = chunkBytes
  for (let position = 0; position < segment.sizeBytes; ) {
    const length = Math.min(size, segment.sizeBytes - position)
    await throttle(length)
    const buffer = state.resources.buffers.take(length)
    try {
      const read = await state.resources.files.use(segment.logPath, fd =>
        readFully(fd, buffer.subarray(0, length), position),
      )
      const bytes = buffer.subarray(0, read)
      const whole = wholeBatches(bytes)
      if (whole > 0 && !(await visit(new BatchCursor(bytes.subarray(0, whole))))) return
      const needed = whole === 0 ? lengthOfFirst(bytes) : size
      if (whole === 0 && (needed <= length || read < length)) throw damaged(segment, position)
      position += whole
      size = Math.max(chunkBytes, needed)
    } finally {
      state.resources.buffers.give(buffer)
    }
  }
}

function wholeBatches(bytes: Buffer): number {
  const cursor = new BatchCursor(bytes)
  let end = 0
  while (cursor.next()) end = cursor.end
  return end
}

function lengthOfFirst(bytes: Buffer): number {
  if (bytes.length < batchHeaderBytes) return 0
  const length = bytes.readInt32BE(8) + batchPrefixBytes
  return length > maxBatchBytes ? 0 : length
}

function damaged({ logPath }: ClosedSegment, position: number): OperatingError {
  const message = `${logPath} is damaged at byte ${position}: no record batch begins there`
  return new OperatingError('LOG_DAMAGED', message)
}
