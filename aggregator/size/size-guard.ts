import {
  type Clock,
  type Counter,
  type Logger,
  type Metrics,
  messageOf,
  type OnceAMinute,
} from '../../lib/base/index.ts'
import { databaseBytes, dropOldestDay, formOf, StoreConnection } from '../../store/index.ts'
import type { Config } from '../config.ts'
import { pause } from '../insert/pause.ts'

const checkMs = 60_000
/** Days dropped in one go; then it is measured anew, since merges may be under way. */
const maxDaysAtOnce = 400

export interface SizeGuardOptions {
  config: Config
  clock: Clock
  logger: Logger
  troubles: OnceAMinute
  metrics: Metrics
  /** Whether it is this process's turn: one of the group looks after the size. */
  isLeader(): boolean
  checkEveryMs?: number
}

/**
 * Keeps the database below `retention.maxBytes`: the oldest days go, whole. Done by the member of the aggregators' group
 * that has partition 0 of the logs topic, so by one at a time; where two meet in a rebalance, both do the same.
 */
export class SizeGuard {
  readonly #options: SizeGuardOptions
  readonly #store: StoreConnection
  readonly #stopped = new AbortController()
  readonly #dropped: Counter
  #running: Promise<void> | undefined

  constructor(options: SizeGuardOptions) {
    this.#options = options
    this.#store = new StoreConnection(options.config, { maxOpenConnections: 1, application: 'millrace-size' })
    this.#dropped = options.metrics.counter('millrace.retention.dropped', {
      unit: 'By',
      description: 'bytes of days that went since the store was larger than retention.maxBytes',
    })
  }

  start(): void {
    const { maxBytes } = this.#options.config.retention
    if (maxBytes !== null) this.#running = this.#loop(maxBytes)
  }

  async close(): Promise<void> {
    this.#stopped.abort()
    await this.#running
    await this.#store.close()
  }

  async #loop(maxBytes: number): Promise<void> {
    const { signal } = this.#stopped
    const { isLeader, troubles, checkEveryMs = checkMs } = this.#options
    while (!signal.aborted) {
      try {
        if (isLeader()) await this.#shrink(maxBytes)
      } catch (error) {
        this.#store.refused(error)
        troubles.warn('the size of the store cannot be looked after: trying again', {
          error: messageOf(error),
        })
      }
      await pause(checkEveryMs, signal)
    }
  }

  async #shrink(maxBytes: number): Promise<void> {
    const { config, clock, logger, troubles } = this.#options
    const client = await this.#store.client()
    const form = formOf(config)
    for (let days = 0; days < maxDaysAtOnce && !this.#stopped.signal.aborted; days++) {
      const bytes = await databaseBytes(client, form)
      if (bytes <= maxBytes) return
      const about = { tenant: config.tenant, by: 'the aggregator', nowMs: clock.nowMs() }
      const dropped = await dropOldestDay(client, form, about)
      if (dropped === undefined) {
        troubles.warn('the store is larger than retention.maxBytes and only today is left', {
          bytes,
          maxBytes,
        })
        return
      }
      this.#dropped.add(dropped.bytes)
      logger.warn('the oldest day went: the store was larger than retention.maxBytes', {
        ...dropped,
        maxBytes,
      })
    }
  }
}
