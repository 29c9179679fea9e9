import type { Clock } from '../../lib/base/index.ts'

/** Rows of a range that costs the store about as much as one without any. */
const smallRows = 500
/** Of what is fetched, which is compressed: so much is more rows than that. */
const largeBytes = 65_536
/** Small ranges of all partitions may keep the store busy for one part of so many of the time. */
const parts = 9
/** No range waits for longer than so many times the delay that is configured. */
const mostDelays = 4

/**
 * How long a partition rests between two ranges. Each range is an insert into every table, however few rows it has: of a trickle,
 * or of one in each of many partitions, these would be most of what the store does. So while ranges are small they come as
 * seldom as the store's speed asks for, within bounds; large ones at the configured delay.
 */
export class Pace {
  readonly #clock: Clock
  readonly #maxDelayMs: number
  /** Partitions whose last range was small: how long it took, and when it was there. */
  readonly #small = new Map<string, { tookMs: number; atMs: number }>()

  constructor(clock: Clock, maxDelayMs: number) {
    this.#clock = clock
    this.#maxDelayMs = maxDelayMs
  }

  /** A range of so many rows is in the store, which took so long. */
  landed(partition: string, rows: number, tookMs: number): void {
    if (rows <= smallRows) this.#small.set(partition, { tookMs, atMs: this.#clock.monotonicMs() })
    else this.#small.delete(partition)
  }

  /** From the beginning of the last range to that of the next, for which so much is there. */
  delayMs(partition: string, queuedBytes: number): number {
    if (queuedBytes >= largeBytes || !this.#small.has(partition)) return this.#maxDelayMs
    const most = mostDelays * this.#maxDelayMs
    const sinceMs = this.#clock.monotonicMs() - 2 * most
    let busyMs = 0
    for (const { tookMs, atMs } of this.#small.values()) if (atMs >= sinceMs) busyMs += tookMs
    return Math.min(most, Math.max(this.#maxDelayMs, parts * busyMs))
  }

  /** It is another member's now. */
  leave(partition: string): void {
    this.#small.delete(partition)
  }
}
