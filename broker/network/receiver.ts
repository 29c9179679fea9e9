import { type Chunk, type ChunkPool, largeChunkBytes, smallChunkBytes } from './chunk-pool.ts'

/** With less room than this left, the rest of a chunk is not worth a read. */
const leastRoomBytes = 65_536
/** After this many small reads in a row a connection gives its large chunk back. */
const quietReads = 32

/**
 * Cuts the bytes of one connection into frames. The socket reads straight into the chunk's free end; a frame is
 * handed out as a range of the chunk, and copied only when it does not fit what is left of it.
 * Hot: guarded by the broker produce bench.
 */
export class Receiver {
  readonly #pool: ChunkPool
  readonly #maxFrameBytes: number
  #chunk: Chunk
  #start = 0
  #end = 0
  #smallReads = 0

  constructor(pool: ChunkPool, maxFrameBytes: number) {
    this.#pool = pool
    this.#maxFrameBytes = maxFrameBytes
    this.#chunk = pool.take(smallChunkBytes)
  }

  get chunk(): Chunk {
    return this.#chunk
  }

  /** Bytes received that belong to no frame taken yet. */
  get buffered(): number {
    return this.#end - this.#start
  }

  /** Where the next read may put its bytes. */
  room(): Buffer {
    return this.#chunk.buffer.subarray(this.#end)
  }

  /** The socket has put `bytes` into `room`. */
  received(bytes: number): void {
    this.#end += bytes
    this.#smallReads = bytes < smallChunkBytes / 2 ? this.#smallReads + 1 : 0
  }

  /** Size of the frame that begins here, without its length field; undefined while that is not there. */
  frameSize(): number | undefined {
    return this.#end - this.#start < 4 ? undefined : this.#chunk.buffer.readInt32BE(this.#start)
  }

  /** Start of the frame's content in the chunk where all of it is there; the frame is then behind us. */
  takeFrame(size: number): number | undefined {
    const content = this.#start + 4
    if (this.#end < content + size) return undefined
    this.#start = content + size
    return content
  }

  /** Sees to it that the next read has room, for all of the frame that has begun. */
  makeRoom(): void {
    const { length } = this.#chunk.buffer
    const partial = this.buffered
    if (partial === 0 && !this.#chunk.isShared) this.#start = this.#end = 0
    const needed = this.#frameBytes()
    const least = length > smallChunkBytes ? Math.max(needed, leastRoomBytes) : needed
    const isQuiet = partial === 0 && length > smallChunkBytes && this.#smallReads >= quietReads
    const isFull = this.#end === length || this.#start + least > length
    const isOversize = partial === 0 && length > largeChunkBytes
    if (isQuiet) this.#replace(smallChunkBytes)
    else if (isFull || isOversize) this.#replace(Math.max(needed, partial + smallChunkBytes, largeChunkBytes))
  }

  close(): void {
    this.#chunk.release()
  }

  /** Length of the frame that has begun, as far as it may be believed. */
  #frameBytes(): number {
    const size = this.frameSize() ?? 0
    return size < 0 || size > this.#maxFrameBytes ? 4 : size + 4
  }

  #replace(bytes: number): void {
    const next = this.#pool.take(bytes)
    this.#chunk.buffer.copy(next.buffer, 0, this.#start, this.#end)
    this.#chunk.release()
    this.#end -= this.#start
    this.#start = 0
    this.#chunk = next
    this.#smallReads = 0
  }
}
