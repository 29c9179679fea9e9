import { LRUCache } from 'lru-cache'
import type { Clock } from '../../lib/base/index.ts'
import { errorCodes } from '../../lib/kafka/index.ts'
import type { Principal } from '../access/principal.ts'
import type { Limit, QuotaTable } from './quota-table.ts'

/** Clients whose changes are remembered; the one unheard of for the longest is forgotten first. */
const maxBuckets = 10_000
/** Kafka's controller.quota.window.num, of a second each: so many seconds' worth may be used at once. */
const burstSeconds = 11

/** What Kafka answers for a topic that is beyond the quota. */
export const overQuota = { errorCode: errorCodes.THROTTLING_QUOTA_EXCEEDED, errorMessage: null }

interface Bucket {
  tokens: number
  atMs: number
}

/** What one request may change. */
export interface MutationBudget {
  /** Uses up so many partitions made or deleted; false where the request is strict and nothing is left. */
  take(partitions: number): boolean
  /** How long the client has to be quiet, in ms. */
  readonly throttleMs: number
}

const unlimited: MutationBudget = { take: () => true, throttleMs: 0 }

/**
 * Partitions that clients make and delete, against `controller_mutation_rate` (KIP-599): a bucket of tokens, one for each
 * partition, that fills at that rate. It may be overdrawn by one change, after which a client waits until it is filled.
 */
export class MutationQuotas {
  readonly #table: QuotaTable
  readonly #clock: Clock
  readonly #buckets = new LRUCache<string, Bucket>({ max: maxBuckets })

  constructor(table: QuotaTable, clock: Clock) {
    this.#table = table
    this.#clock = clock
  }

  /** `isStrict`: the request is of a version whose clients know to come again; older ones are slowed only. */
  begin(principal: Principal, clientId: string | null, isStrict: boolean): MutationBudget {
    const user = principal.slice('User:'.length)
    const limit = this.#table.limitFor('controller_mutation_rate', user, clientId ?? '')
    return limit === undefined ? unlimited : this.#budget(limit, isStrict)
  }

  #budget(limit: Limit, isStrict: boolean): MutationBudget {
    const bucket = this.#filled(limit)
    let isUsed = false
    return {
      take: partitions => {
        isUsed = true
        if (isStrict && bucket.tokens < 0) return false
        bucket.tokens -= partitions
        return true
      },
      get throttleMs() {
        return isUsed && bucket.tokens < 0 ? Math.round((-bucket.tokens / limit.perSecond) * 1_000) : 0
      },
    }
  }

  #filled({ perSecond, bucket: name }: Limit): Bucket {
    const nowMs = this.#clock.monotonicMs()
    const most = burstSeconds * perSecond
    const bucket = this.#buckets.get(name) ?? { tokens: most, atMs: nowMs }
    this.#buckets.set(name, bucket)
    bucket.tokens = Math.min(most, bucket.tokens + ((nowMs - bucket.atMs) / 1_000) * perSecond)
    bucket.atMs = nowMs
    return bucket
  }
}
