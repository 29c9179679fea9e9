/** Kafka's quota.window.num and quota.window.size.seconds. */
const windows = 11
const windowMs = 1_000
/** A rate is taken over at least this long, so that a first burst is not taken for a habit. */
const leastSpanMs = (windows - 1) * windowMs

/** An amount per second over the last ten seconds, as Kafka's Rate of sampled totals. No clock: times are handed in. */
export class Rate {
  readonly #totals = new Float64Array(windows)
  #firstMs: number | undefined
  /** Number of the window that was last added to. */
  #current = 0

  add(amount: number, nowMs: number): void {
    this.#advance(nowMs)
    const i = this.#current % windows
    this.#totals[i] = (this.#totals[i] as number) + amount
  }

  perSecond(nowMs: number): number {
    this.#advance(nowMs)
    let total = 0
    for (const amount of this.#totals) total += amount
    return (total / this.#spanMs(nowMs)) * 1_000
  }

  /** How long to do nothing until the rate is back at `limit`; 0 where it is not above. */
  excessMs(limit: number, nowMs: number): number {
    const rate = this.perSecond(nowMs)
    if (rate <= limit) return 0
    return Math.round(((rate - limit) / limit) * this.#spanMs(nowMs))
  }

  #spanMs(nowMs: number): number {
    const oldest = Math.max(this.#firstMs ?? nowMs, (this.#current - windows + 1) * windowMs)
    return Math.max(leastSpanMs, nowMs - oldest)
  }

  /** Forgets the windows that have passed since. A clock that jumps back goes on in the newest window. */
  #advance(nowMs: number): void {
    this.#firstMs ??= nowMs
    const window = Math.floor(nowMs / windowMs)
    if (window <= this.#current) return
    const passed = Math.min(window - this.#current, windows)
    for (let i = 0; i < passed; i++) this.#totals[(window - i) % windows] = 0
    this.#current = window
  }
}
