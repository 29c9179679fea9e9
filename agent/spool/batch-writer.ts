import { type RecordInput, writeBatch } from '../../lib/kafka/index.ts'
import { BufferPool } from '../../lib/log/index.ts'

/** Kept of the buffers in which batches stand while they are appended: of one that is synced, one that is compressed. */
const maxKeptBytes = 4_194_304

export interface WrittenBatches {
  /** One batch, or several where one would be larger than Kafka takes. */
  bytes: Buffer
  /** The bytes are no longer needed. */
  release: () => void
}

/**
 * Writes compressed batches into buffers that are used again: half a megabyte a time, outside the heap, is what the garbage
 * collector feels.
 */
export class BatchWriter {
  readonly #maxBatchBytes: number
  readonly #buffers = new BufferPool(maxKeptBytes)
  /** Holds the records before they are compressed. */
  #scratch = Buffer.allocUnsafe(0)

  constructor(maxBatchBytes: number) {
    this.#maxBatchBytes = maxBatchBytes
  }

  write(inputs: readonly RecordInput[]): WrittenBatches {
    const taken: Buffer[] = []
    const batches: Buffer[] = []
    this.#write(inputs, batches, taken)
    const bytes = batches.length === 1 ? (batches[0] as Buffer) : Buffer.concat(batches)
    const release = (): void => {
      for (const buffer of taken) this.#buffers.give(buffer)
    }
    return { bytes, release }
  }

  #write(inputs: readonly RecordInput[], into: Buffer[], taken: Buffer[]): void {
    const scratch = (size: number): Buffer => {
      if (size > this.#scratch.length) this.#scratch = Buffer.allocUnsafe(size)
      return this.#scratch
    }
    const allocate = (size: number): Buffer => {
      const buffer = this.#buffers.take(size)
      taken.push(buffer)
      return buffer
    }
    const batch = writeBatch(inputs, { compression: 'zstd', scratch, allocate })
    if (batch.length <= this.#maxBatchBytes || inputs.length === 1) {
      into.push(batch)
      return
    }
    const half = inputs.length >> 1
    this.#write(inputs.slice(0, half), into, taken)
    this.#write(inputs.slice(half), into, taken)
  }
}
