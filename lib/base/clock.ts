/** Time as an argument: everything that decides by time takes one of these, so tests can move it by hand. */
export interface Clock {
  /** Wall clock, milliseconds since 1970, whole. */
  nowMs(): number
  /** Never goes back; milliseconds from an arbitrary start, with a fraction. */
  monotonicMs(): number
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
}

/** A clock for tests: stands still until moved. */
export class FakeClock implements Clock {
  #ms: number
  constructor(startMs = 1_700_000_000_000) {
    this.#ms = startMs
  }
  nowMs(): number {
    return this.#ms
  }
  monotonicMs(): number {
    return this.#ms
  }
  advance(ms: number): void {
    this.#ms += ms
  }
}
