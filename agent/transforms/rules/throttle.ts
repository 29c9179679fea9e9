import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import { Field } from '../draft/field.ts'
import { common, fieldName, ruleKind } from '../rule.ts'

/**
 * Lets so many records a second through, for each value of the key; `burst` of them at once after a quiet time. A token
 * bucket for each value; of more than `maxKeys` those seen longest ago are forgotten.
 */
export const throttleKind = ruleKind({
  config: z.strictObject({
    type: z.literal('throttle'),
    ...common,
    perSecond: z.number().positive(),
    /** Default: as many as a second has, at least 1. */
    burst: z.number().min(1).optional(),
    key: fieldName.optional(),
    maxKeys: z.int().min(1).max(1_000_000).default(10_000),
  }),
  create: ({ perSecond, burst, key, maxKeys }, { view, clock }) => {
    const field = key === undefined ? undefined : new Field(key)
    const buckets = new Buckets(perSecond, burst ?? Math.max(perSecond, 1), maxKeys)
    return {
      apply: draft => {
        const value = field === undefined ? '' : field.text(draft, view)
        return buckets.take(value, clock.monotonicMs()) ? 'same' : 'drop'
      },
    }
  },
})

interface Bucket {
  tokens: number
  filledMs: number
}

class Buckets {
  readonly #perMs: number
  readonly #size: number
  readonly #buckets: LRUCache<string, Bucket>

  constructor(perSecond: number, size: number, maxKeys: number) {
    this.#perMs = perSecond / 1000
    this.#size = size
    this.#buckets = new LRUCache({ max: maxKeys })
  }

  take(key: string, nowMs: number): boolean {
    let bucket = this.#buckets.get(key)
    if (bucket === undefined) {
      bucket = { tokens: this.#size, filledMs: nowMs }
      this.#buckets.set(key, bucket)
    }
    bucket.tokens = Math.min(this.#size, bucket.tokens + (nowMs - bucket.filledMs) * this.#perMs)
    bucket.filledMs = nowMs
    if (bucket.tokens < 1) return false
    bucket.tokens--
    return true
  }
}
