/** So many a second and no more; unused ones are kept for one burst. */
export class RateLimit {
  readonly #perSecond: number
  #tokens: number
  #lastMs = 0

  constructor(perSecond: number) {
    this.#perSecond = perSecond
    this.#tokens = perSecond
  }

  allows(nowMs: number): boolean {
    const gained = (Math.max(0, nowMs - this.#lastMs) / 1000) * this.#perSecond
    this.#tokens = Math.min(this.#perSecond, this.#tokens + gained)
    this.#lastMs = nowMs
    if (this.#tokens < 1) return false
    this.#tokens--
    return true
  }
}
