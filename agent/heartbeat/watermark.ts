/** Times waiting to be claimed; more come together than are kept, the newest standing for those before it. */
const maxPending = 64

interface Pending {
  timeMs: number
  /** Spool offsets per lane at that time. */
  ends: readonly number[]
}

/**
 * From "everything before T is in the spool" to "everything before T is acknowledged". Pure: told of both sides, it
 * says which T holds.
 *
 * Invariant: a claimed time never goes back, and is claimed only when every lane is acknowledged to where it ended when
 * the time was noted.
 */
export class Watermark {
  #claimedMs: number
  #pending: Pending[] = []

  constructor(claimedMs = Number.NEGATIVE_INFINITY) {
    this.#claimedMs = claimedMs
  }

  /** The time before which everything is acknowledged. */
  get claimedMs(): number {
    return this.#claimedMs
  }

  /** All that sources had at `timeMs` is below these spool offsets. */
  spooled(timeMs: number, ends: readonly number[]): void {
    if (timeMs <= (this.#pending.at(-1)?.timeMs ?? this.#claimedMs)) return
    if (this.#pending.length >= maxPending) this.#pending.pop()
    this.#pending.push({ timeMs, ends })
  }

  /** The lanes are acknowledged up to these spool offsets. */
  acknowledged(acked: readonly number[]): void {
    for (;;) {
      const [first] = this.#pending
      if (first === undefined || first.ends.some((end, lane) => end > (acked[lane] ?? 0))) return
      this.#claimedMs = first.timeMs
      this.#pending.shift()
    }
  }
}
