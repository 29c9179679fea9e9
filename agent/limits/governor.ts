import type { Clock, OnceAMinute } from '../../lib/base/index.ts'

/** How often use is measured: a limit holds on average over a few of these. */
const measureMs = 100

export interface Limits {
  /** Cores. */
  maxCpu: number | null
  maxMemoryBytes: number | null
}

export interface Usage {
  cpuMs: number
  memoryBytes: number
}

export interface GovernorOptions {
  limits: Limits
  clock: Clock
  troubles: OnceAMinute
  usage: () => Usage
  /** Those that wait may go on. */
  onOpen: () => void
}

/**
 * Holds the agent to its limits of processor time and memory: while one bites, nothing is written to the spool, so
 * sources wait and senders are told to come back. What it used beyond its share is waited off.
 */
export class Governor {
  readonly #options: GovernorOptions
  readonly #timer: NodeJS.Timeout | undefined
  #measuredMs: number
  #usedCpuMs: number
  /** Processor time beyond the share, still to be waited off. */
  #debtMs = 0
  /** The limit that bites; undefined while none does. */
  limit: string | undefined

  constructor(options: GovernorOptions) {
    this.#options = options
    this.#measuredMs = options.clock.monotonicMs()
    this.#usedCpuMs = options.usage().cpuMs
    const { maxCpu, maxMemoryBytes } = options.limits
    if (maxCpu !== null || maxMemoryBytes !== null) this.#timer = setInterval(() => this.measure(), measureMs)
  }

  /** Looks now. */
  measure(): void {
    const { limits, clock, usage, troubles, onOpen } = this.#options
    const nowMs = clock.monotonicMs()
    const { cpuMs, memoryBytes } = usage()
    const share = (limits.maxCpu ?? 0) * (nowMs - this.#measuredMs)
    this.#debtMs = Math.max(0, this.#debtMs + (cpuMs - this.#usedCpuMs) - share)
    this.#measuredMs = nowMs
    this.#usedCpuMs = cpuMs
    const before = this.limit
    if (limits.maxCpu !== null && this.#debtMs > 0) this.limit = 'agent.limits.maxCpu'
    else if (limits.maxMemoryBytes !== null && memoryBytes > limits.maxMemoryBytes)
      this.limit = 'agent.limits.maxMemoryBytes'
    else this.limit = undefined
    if (this.limit !== undefined)
      troubles.warn('a limit is reached, sources wait', { limit: this.limit }, this.limit)
    else if (before !== undefined) onOpen()
  }

  close(): void {
    clearInterval(this.#timer)
  }
}

/** Of this process. */
export function processUsage(): Usage {
  const { user, system } = process.cpuUsage()
  return { cpuMs: (user + system) / 1_000, memoryBytes: process.memoryUsage.rss() }
}
