const sizeBytes = 4
/** Far above what is asked for with one request: beyond it, it is not Kafka that answers. */
const maxFrameBytes = 268_435_456

/** Cuts what a broker sends into frames: each behind its length (int32), each given in memory of its own. */
export class FrameReader {
  readonly #onFrame: (frame: Buffer) => void
  readonly #size = Buffer.alloc(sizeBytes)
  #sizeHeld = 0
  #frame: Buffer | undefined
  #frameHeld = 0

  constructor(onFrame: (frame: Buffer) => void) {
    this.#onFrame = onFrame
  }

  /** Takes what has come. Throws where it cannot be a frame. */
  take(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; )
      at += this.#frame === undefined ? this.#takeSize(chunk, at) : this.#takeContent(this.#frame, chunk, at)
  }

  #takeSize(chunk: Buffer, at: number): number {
    const taken = chunk.copy(this.#size, this.#sizeHeld, at)
    this.#sizeHeld += taken
    if (this.#sizeHeld < sizeBytes) return taken
    const length = this.#size.readInt32BE(0)
    if (length < sizeBytes || length > maxFrameBytes) throw new Error('it does not answer as a Kafka broker')
    this.#frame = Buffer.allocUnsafeSlow(length)
    this.#frameHeld = 0
    return taken
  }

  #takeContent(frame: Buffer, chunk: Buffer, at: number): number {
    const taken = chunk.copy(frame, this.#frameHeld, at)
    this.#frameHeld += taken
    if (this.#frameHeld === frame.length) {
      this.#frame = undefined
      this.#sizeHeld = 0
      this.#onFrame(frame)
    }
    return taken
  }
}
