import { setTimeout as sleep } from 'node:timers/promises'
import { OperatingError } from '../../lib/base/index.ts'

/** Lets through so many bytes a second, and everybody else after each piece. */
export class Throttle {
  readonly #bytesPerSecond: () => number
  readonly #stopped = new AbortController()
  #freeAtMs = 0

  constructor(bytesPerSecond: () => number) {
    this.#bytesPerSecond = bytesPerSecond
  }

  get isStopped(): boolean {
    return this.#stopped.signal.aborted
  }

  /** Rejects with COMPACTION_STOPPED. */
  async take(bytes: number): Promise<void> {
    const nowMs = performance.now()
    const waitMs = Math.max(0, this.#freeAtMs - nowMs)
    // a rate of nothing at all would never end
    const bytesPerMs = Math.max(1, this.#bytesPerSecond() / 1000)
    this.#freeAtMs = nowMs + waitMs + bytes / bytesPerMs
    await this.rest(waitMs)
    if (this.isStopped) throw new OperatingError('COMPACTION_STOPPED', 'the broker stops')
  }

  /** Over at once when stopped. */
  async rest(ms: number): Promise<void> {
    const { signal } = this.#stopped
    await sleep(ms, undefined, { signal, ref: false }).catch(error => {
      if (!signal.aborted) throw error
    })
  }

  stop(): void {
    this.#stopped.abort()
  }
}
