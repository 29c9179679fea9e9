import { LRUCache } from 'lru-cache'
import type { Clock } from '../../lib/base/index.ts'
import type { Principal } from '../access/principal.ts'
import type { QuotaKey, QuotaTable } from './quota-table.ts'
import { Rate } from './rate.ts'

/** Clients whose rates are remembered; the one unheard of for the longest is forgotten first. */
const maxBuckets = 10_000
/** Longest pause: a client that waits longer takes its connection for dead (Kafka bounds it by the window, too). */
const maxThrottleMs = 30_000

/** What one request has cost. */
export interface Usage {
  producedBytes: number
  fetchedBytes: number
  /** Of the main thread. */
  threadMs: number
}

/** Counts what clients use against their quotas. Without any quota it costs one look. */
export class Throttle {
  readonly #table: QuotaTable
  readonly #clock: Clock
  readonly #rates = new LRUCache<string, Rate>({ max: maxBuckets })

  constructor(table: QuotaTable, clock: Clock) {
    this.#table = table
    this.#clock = clock
  }

  get isIdle(): boolean {
    return this.#table.isEmpty
  }

  /** How long the client has to be quiet after this request, in ms. */
  charge(principal: Principal, clientId: string | null, usage: Usage): number {
    const who = { user: principal.slice('User:'.length), clientId: clientId ?? '' }
    const ms = Math.max(
      this.#charge('producer_byte_rate', who, usage.producedBytes),
      this.#charge('consumer_byte_rate', who, usage.fetchedBytes),
      // a hundred percent are a second of the thread per second
      this.#charge('request_percentage', who, usage.threadMs / 10),
    )
    return Math.min(ms, maxThrottleMs)
  }

  #charge(key: QuotaKey, { user, clientId }: { user: string; clientId: string }, amount: number): number {
    if (amount === 0) return 0
    const limit = this.#table.limitFor(key, user, clientId)
    if (limit === undefined) return 0
    const nowMs = this.#clock.monotonicMs()
    const rate = this.#rates.get(limit.bucket) ?? new Rate()
    this.#rates.set(limit.bucket, rate)
    rate.add(amount, nowMs)
    return rate.excessMs(limit.perSecond, nowMs)
  }
}
