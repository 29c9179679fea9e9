import { messageOf } from '../base/index.ts'
import { batchHeaderBytes } from '../kafka/index.ts'
import type { HeldFile } from './file-pool.ts'
import { readFully } from './files.ts'
import type { ReadMark } from './read-marks.ts'
import type { SegmentIndexes } from './segment.ts'
import { type LogState, readableEnd } from './state.ts'
import type { LogRange } from './types.ts'

/** Less is read faster than it is handed on. */
const leastRangeBytes = 65_536

/**
 * The range of whole batches from a mark on, at most `maxBytes`. Where it ends is told by the index, which has a batch
 * every few kilobytes, and proved by that batch's header, the only thing that is read. Undefined where there is little,
 * or a first batch larger than that, or something that only reading can tell.
 */
export async function findRange(
  state: LogState,
  { segment, position, offset }: ReadMark,
  { offsets }: SegmentIndexes,
  maxBytes: number,
): Promise<LogRange | undefined> {
  const readable = readableEnd(state, segment)
  const isWhole = readable.position - position <= maxBytes
  const to = isWhole ? readable.position : offsets.positionAtMost(position + maxBytes)
  if (to - position < leastRangeBytes) return undefined
  const file = await state.resources.files.hold(segment.logPath)
  const release = () => void file.release().catch(error => noteFailure(state, error))
  try {
    const nextOffset = isWhole ? readable.offset : await offsetAt(file, to)
    if (nextOffset > offset && nextOffset <= readable.offset)
      return { fd: file.fd, position, length: to - position, nextOffset, release }
  } catch (error) {
    release()
    throw error
  }
  release()
  return undefined
}

/** First offset of the batch that begins at a position; -1 where none does. */
async function offsetAt({ fd }: HeldFile, position: number): Promise<number> {
  const header = Buffer.allocUnsafe(batchHeaderBytes)
  const read = await readFully(fd, header, position)
  return read < batchHeaderBytes || header[16] !== 2 ? -1 : Number(header.readBigInt64BE(0))
}

function noteFailure({ logger, options }: LogState, error: unknown): void {
  logger?.warn('closing a file failed', { folder: options.folder, error: messageOf(error) })
}
