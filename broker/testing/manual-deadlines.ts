import type { Deadline } from '../deadlines.ts'

/** Deadlines that come when a test says so. */
export class ManualDeadlines {
  nowMs = 0
  #waiting: { atMs: number; run: () => void }[] = []

  after(delayMs: number, run: () => void): Deadline {
    const entry = { atMs: this.nowMs + delayMs, run }
    this.#waiting.push(entry)
    return {
      cancel: () => {
        this.#waiting = this.#waiting.filter(other => other !== entry)
      },
    }
  }

  advance(ms: number): void {
    const untilMs = this.nowMs + ms
    for (;;) {
      const [next] = this.#waiting.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)
      if (next === undefined) break
      this.#waiting = this.#waiting.filter(other => other !== next)
      this.nowMs = Math.max(this.nowMs, next.atMs)
      next.run()
    }
    this.nowMs = untilMs
  }
}
