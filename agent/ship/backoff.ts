const firstMs = 100
const mostMs = 5_000

/** Doubling waits with full jitter above their half, without end: an agent never gives up on its brokers. */
export class Backoff {
  readonly #random: () => number
  #failures = 0

  constructor(random: () => number) {
    this.#random = random
  }

  /** How long to wait after one more failure in a row, milliseconds. */
  nextMs(): number {
    const ceiling = Math.min(mostMs, firstMs * 2 ** Math.min(this.#failures++, 20))
    return ceiling / 2 + (this.#random() * ceiling) / 2
  }

  reset(): void {
    this.#failures = 0
  }
}
