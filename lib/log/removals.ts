import { rm } from 'node:fs/promises'
import { type Logger, messageOf } from '../base/index.ts'

interface Removal {
  paths: readonly string[]
  atMs: number
  logger: Logger | undefined
}

/**
 * Files of deleted segments that stay a while under another name (Kafka's file.delete.delay.ms): whoever reads one may
 * finish. What is still here when the process ends goes when the log is next opened. One timer for all logs.
 */
export class Removals {
  readonly #waiting = new Set<Removal>()
  #timer: NodeJS.Timeout | undefined
  #timerAtMs = Number.POSITIVE_INFINITY

  get size(): number {
    return this.#waiting.size
  }

  async later(paths: readonly string[], delayMs: number, logger: Logger | undefined): Promise<void> {
    const removal = { paths, atMs: performance.now() + delayMs, logger }
    if (delayMs <= 0) await remove(removal)
    else {
      this.#waiting.add(removal)
      this.#arm(removal.atMs)
    }
  }

  /** Leaves the rest to the next start. */
  close(): void {
    clearTimeout(this.#timer)
    this.#waiting.clear()
  }

  #arm(atMs: number): void {
    if (atMs >= this.#timerAtMs) return
    clearTimeout(this.#timer)
    this.#timerAtMs = atMs
    // Node's timers take no longer delay
    const delayMs = Math.min(Math.max(0, atMs - performance.now()), 2_000_000_000)
    this.#timer = setTimeout(() => this.#onTimer(), Math.ceil(delayMs))
    this.#timer.unref()
  }

  #onTimer(): void {
    this.#timerAtMs = Number.POSITIVE_INFINITY
    const nowMs = performance.now()
    let nextMs = Number.POSITIVE_INFINITY
    for (const removal of this.#waiting) {
      if (removal.atMs > nowMs) {
        nextMs = Math.min(nextMs, removal.atMs)
        continue
      }
      this.#waiting.delete(removal)
      void remove(removal)
    }
    if (nextMs < Number.POSITIVE_INFINITY) this.#arm(nextMs)
  }
}

/** A file that cannot be removed now costs room until the log is next opened, nothing else. */
async function remove({ paths, logger }: Removal): Promise<void> {
  for (const path of paths)
    await rm(path, { force: true }).catch(error =>
      logger?.warn('a deleted file could not be removed', { file: path, error: messageOf(error) }),
    )
}
