import type { BufferPool, Log } from '../../lib/log/index.ts'
import { BatchReader, type SpooledBatch } from './batch-reader.ts'
import { cutBatch } from './cut-batch.ts'

/** Which batches are to be sent in pieces: those below an offset, of at most so many records each. */
export interface Pieces {
  mostRecords: number
  untilOffset: number
}

export const whole: Pieces = { mostRecords: Number.POSITIVE_INFINITY, untilOffset: 0 }

/** Walks over the batches of a spool log as a BatchReader does, but in pieces where a broker would not take them whole. */
export class PieceReader {
  readonly #reader: BatchReader
  readonly #pieces: Pieces
  #rest: SpooledBatch | undefined
  /** Where the next piece begins: a batch of which a part was taken before is gone on with. */
  #offset: number

  constructor(log: Log, offset: number, pieces: Pieces, buffers?: BufferPool) {
    this.#reader = new BatchReader(log, offset, buffers)
    this.#pieces = pieces
    this.#offset = offset
  }

  /** The next durable piece, undefined at the end. */
  async next(): Promise<SpooledBatch | undefined> {
    const batch = this.#rest ?? (await this.#reader.next())
    if (batch === undefined) return undefined
    const from = Math.max(batch.offset, this.#offset)
    const { mostRecords, untilOffset } = this.#pieces
    const to = from < untilOffset ? Math.min(batch.nextOffset, from + mostRecords) : batch.nextOffset
    this.#rest = to < batch.nextOffset ? batch : undefined
    this.#offset = to
    return batch.intact ? cutBatch(batch, from, to) : batch
  }
}
