/** Something that waits for a partition to grow: a long poll. */
export interface Waiter {
  /** `bytes` more can be read, `stableBytes` of them by who reads committed records only. */
  onGrowth(bytes: number, stableBytes: number): void
  /** The partition is gone. */
  onGone(): void
}

/** Whatever says that it has grown. */
export interface Watched {
  readonly waiters: Waiters
}

/** The long polls parked on one partition; woken by its appends, so that waiting costs nothing. */
export class Waiters {
  readonly #waiting = new Set<Waiter>()
  #haveEnded = false

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
  /** Something else about the partition is different: whoever waits for it to grow goes on waiting. */
  changed(): void {
    this.grew(0, 0)
  }
  gone(): void {
    for (const waiter of this.#waiting) waiter.onGone()
    this.#waiting.clear()
  }
  /** It does not come back. */
  end(): void {
    this.#haveEnded = true
    this.gone()
  }
  get haveEnded(): boolean {
    return this.#haveEnded
  }
}
