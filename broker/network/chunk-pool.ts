/** Large chunks nearly double the produce rate over 256 KiB ones: fewer reads, fewer cut frames. */
export const largeChunkBytes = 1_048_576
/** What an idle connection holds: ten thousand of them must fit into memory. */
export const smallChunkBytes = 4_096
const maxFreeChunks = 32

/**
 * A piece of memory that a socket reads into. Requests that keep views of it, as produce requests do until their
 * batches are written, hold it; when the last holder lets go, it is used again.
 */
export class Chunk {
  readonly buffer: Buffer
  readonly #pool: ChunkPool
  #holders = 1

  constructor(buffer: Buffer, pool: ChunkPool) {
    this.buffer = buffer
    this.#pool = pool
  }

  get isShared(): boolean {
    return this.#holders > 1
  }

  hold(): void {
    this.#holders++
  }

  release(): void {
    if (--this.#holders === 0) this.#pool.give(this)
  }

  /** Makes a chunk from the free list belong to one holder again. */
  reuse(): this {
    this.#holders = 1
    return this
  }
}

export class ChunkPool {
  readonly #free: Chunk[] = []

  /** A chunk of at least `bytes`. */
  take(bytes: number): Chunk {
    if (bytes <= smallChunkBytes) return new Chunk(Buffer.allocUnsafeSlow(smallChunkBytes), this)
    if (bytes > largeChunkBytes) return new Chunk(Buffer.allocUnsafeSlow(bytes), this)
    return this.#free.pop()?.reuse() ?? new Chunk(Buffer.allocUnsafeSlow(largeChunkBytes), this)
  }

  give(chunk: Chunk): void {
    if (chunk.buffer.length === largeChunkBytes && this.#free.length < maxFreeChunks) this.#free.push(chunk)
  }
}
