/** Eight steps per doubling: a quantile is right within nine percent. */
const stepsPerDoubling = 8
const leastMs = 0.001
/** Up to 134 s. */
const steps = 27 * stepsPerDoubling
const windowMs = 60_000

/**
 * How long something took lately, for percentiles: of the present minute and the one before, as buckets on a logarithmic
 * scale. Hot: `record` runs once per request.
 */
export class RecentTimes {
  #current = new Uint32Array(steps)
  #previous = new Uint32Array(steps)
  #window = 0

  record(ms: number, nowMs: number): void {
    this.#turn(nowMs)
    const step = ms <= leastMs ? 0 : Math.floor(Math.log2(ms / leastMs) * stepsPerDoubling)
    const i = Math.min(step, steps - 1)
    this.#current[i] = (this.#current[i] as number) + 1
  }

  /** For 0.5 the time in ms that half of all stayed below; undefined where there was nothing lately. */
  quantile(q: number, nowMs: number): number | undefined {
    this.#turn(nowMs)
    let total = 0
    for (let i = 0; i < steps; i++) total += this.#countAt(i)
    if (total === 0) return undefined
    let seen = 0
    for (let i = 0; i < steps; i++) {
      seen += this.#countAt(i)
      if (seen >= q * total) return leastMs * 2 ** ((i + 0.5) / stepsPerDoubling)
    }
    return undefined
  }

  #countAt(i: number): number {
    return (this.#current[i] as number) + (this.#previous[i] as number)
  }

  #turn(nowMs: number): void {
    const window = Math.floor(nowMs / windowMs)
    if (window === this.#window) return
    const isNext = window === this.#window + 1
    const old = this.#previous
    this.#previous = isNext ? this.#current : new Uint32Array(steps)
    this.#current = old.fill(0)
    this.#window = window
  }
}
