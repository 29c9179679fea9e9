import { codeOf } from '../../lib/base/index.ts'
import { BatchCursor, validateBatch } from '../../lib/kafka/index.ts'
import type { BufferPool, Log } from '../../lib/log/index.ts'

/** Read at once from the spool; a batch is at most about 1 MB. */
const readBytes = 1_048_576

export interface SpooledBatch {
  /** Spool offsets of its first record and past its last. */
  offset: number
  nextOffset: number
  /** A copy of its own. */
  bytes: Buffer
  /** Gives the bytes back to be written over; where nobody calls it they are collected. */
  release?: () => void
  /** False where the bytes are not what was written: the disk's doing. */
  intact: boolean
}

/** Walks over the batches of a spool log, from any offset on. */
export class BatchReader {
  readonly #log: Log
  readonly #buffers: BufferPool | undefined
  #read: SpooledBatch[] = []
  #nextOffset: number

  /** `buffers` serves those who give back what they read: half a megabyte a time is what the garbage collector feels. */
  constructor(log: Log, offset: number, buffers?: BufferPool) {
    this.#log = log
    this.#buffers = buffers
    this.#nextOffset = offset
  }

  /** The next durable batch, undefined at the end. */
  async next(): Promise<SpooledBatch | undefined> {
    if (this.#read.length === 0 && this.#nextOffset < this.#log.stableOffset) await this.#fill()
    const batch = this.#read.shift()
    if (batch !== undefined) this.#nextOffset = batch.nextOffset
    return batch
  }

  async #fill(): Promise<void> {
    try {
      const slice = await this.#log.read(this.#nextOffset, readBytes)
      const cursor = new BatchCursor(slice.bytes)
      while (cursor.next()) this.#read.push(this.#copyOf(cursor))
      slice.release()
    } catch (error) {
      if (codeOf(error) !== 'LOG_DAMAGED') throw error
      this.#read.push(await this.#hole())
    }
  }

  #copyOf(cursor: BatchCursor): SpooledBatch {
    const view = cursor.view()
    const buffers = this.#buffers
    const room = buffers?.take(view.length) ?? Buffer.allocUnsafe(view.length)
    const bytes = room.subarray(0, view.copy(room))
    return {
      offset: cursor.baseOffset,
      nextOffset: cursor.nextOffset,
      bytes,
      release: () => buffers?.give(room),
      intact: validateBatch(cursor) === undefined,
    }
  }

  /** A stretch where not even the lengths are right: up to the next offset that can be read. */
  async #hole(): Promise<SpooledBatch> {
    const offset = this.#nextOffset
    const end = this.#log.stableOffset
    for (let probe = offset + 1, step = 1; probe < end; probe += step, step = Math.min(step * 2, 1024)) {
      const found = await this.#log.read(probe, 1).catch(() => undefined)
      if (found === undefined || found.baseOffset <= offset) continue
      found.release()
      return { offset, nextOffset: found.baseOffset, bytes: Buffer.alloc(0), intact: false }
    }
    return { offset, nextOffset: end, bytes: Buffer.alloc(0), intact: false }
  }
}
