/** Sizes are rounded up to a power of two, so that a buffer given back fits the next read. */
const smallestBytes = 65_536

/**
 * Large read buffers used again and again: fresh ones cost page faults, about 0.1 ms per MiB. Keeps at most `maxBytes`;
 * a buffer never given back is simply collected. Hot: guarded by the broker fetch bench.
 */
export class BufferPool {
  readonly #maxBytes: number
  readonly #free = new Map<number, Buffer[]>()
  #keptBytes = 0

  constructor(maxBytes = 33_554_432) {
    this.#maxBytes = maxBytes
  }

  /** At least `length` bytes of any content. */
  take(length: number): Buffer {
    if (length < smallestBytes) return Buffer.allocUnsafe(length)
    const size = 2 ** Math.ceil(Math.log2(length))
    const free = this.#free.get(size)?.pop()
    if (free === undefined) return Buffer.allocUnsafeSlow(size)
    this.#keptBytes -= size
    return free
  }

  /** The buffer must not be used afterwards. */
  give(buffer: Buffer): void {
    const size = buffer.length
    if (size < smallestBytes || this.#keptBytes + size > this.#maxBytes) return
    this.#keptBytes += size
    const list = this.#free.get(size)
    if (list === undefined) this.#free.set(size, [buffer])
    else list.push(buffer)
  }
}
