import type { Clock } from './clock.ts'
import type { LogAttributes, Logger } from './logger.ts'

const minuteMs = 60_000
const maxSubjects = 1000

/** Warnings that would come with every attempt are said once a minute per message, with how many were held back. */
export class OnceAMinute {
  readonly #logger: Logger
  readonly #clock: Clock
  readonly #said = new Map<string, { atMs: number; held: number }>()

  constructor(logger: Logger, clock: Clock) {
    this.#logger = logger
    this.#clock = clock
  }

  /** `subject` tells apart what is to be counted apart, such as topics. */
  warn(message: string, attributes: LogAttributes = {}, subject = ''): void {
    const key = `${message}\n${subject}`
    const nowMs = this.#clock.monotonicMs()
    const last = this.#said.get(key)
    if (last !== undefined && nowMs - last.atMs < minuteMs) {
      last.held++
      return
    }
    if (this.#said.size >= maxSubjects) this.#said.clear()
    this.#said.set(key, { atMs: nowMs, held: 0 })
    const repeated = last === undefined || last.held === 0 ? undefined : last.held
    this.#logger.warn(message, { ...attributes, repeated })
  }

  /** The trouble is over: the next one is said at once. */
  clear(): void {
    this.#said.clear()
  }
}
