/** Something that waits for a partition to grow: a long poll. */
export interface Waiter {
  /** `bytes` more can be read, `stableBytes` of them by who reads committed records only. */
  onGrowth(bytes: number, stableBytes: number): void
  /** The partition is gone. */
  onGone(): void
}

/** The long polls parked on one partition; woken by its appends, so that waiting costs nothing. */
export class Waiters {
  readonly #waiting = new Set<Waiter>()

  get size(): number {
    return this.#waiting.size
  }
  add(waiter: Waiter): void {
    this.#waiting.add(waiter)
  }
  remove(waiter: Waiter): void {
    this.#waiting.delete(waiter)
  }
  grew(bytes: number, stableBytes: number): void {
    for (const waiter of this.#waiting) waiter.onGrowth(bytes, stableBytes)
  }
  gone(): void {
    for (const waiter of this.#waiting) waiter.onGone()
    this.#waiting.clear()
  }
}
