import type { Clock } from '../../lib/base/index.ts'

/** Bytes a second, as a bucket that fills at that rate and holds one second's worth. */
export class Rate {
  readonly #bytesPerSecond: number
  readonly #clock: Clock
  #bytes: number
  #filledMs: number

  constructor(bytesPerSecond: number | null, clock: Clock) {
    this.#bytesPerSecond = bytesPerSecond ?? Number.POSITIVE_INFINITY
    this.#clock = clock
    this.#bytes = this.#bytesPerSecond
    this.#filledMs = clock.monotonicMs()
  }

  /** Takes what is about to be sent; answers how long to wait before, milliseconds. More than a bucket is owed. */
  take(bytes: number): number {
    if (this.#bytesPerSecond === Number.POSITIVE_INFINITY) return 0
    const nowMs = this.#clock.monotonicMs()
    const filled = ((nowMs - this.#filledMs) / 1_000) * this.#bytesPerSecond
    this.#bytes = Math.min(this.#bytesPerSecond, this.#bytes + filled) - bytes
    this.#filledMs = nowMs
    return this.#bytes >= 0 ? 0 : (-this.#bytes / this.#bytesPerSecond) * 1_000
  }
}
