import type { Clock } from '../../lib/base/index.ts'

/** Real time that a test can set forward, for code that waits in real time and decides by the clock. */
export class SkewedClock implements Clock {
  #skewMs = 0
  nowMs(): number {
    return Math.floor(Date.now() + this.#skewMs)
  }
  monotonicMs(): number {
    return performance.now() + this.#skewMs
  }
  advance(ms: number): void {
    this.#skewMs += ms
  }
}
