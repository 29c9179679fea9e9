import { hash } from 'node:crypto'
import { z } from 'zod'
import { Field } from '../draft/field.ts'
import { common, fieldName, ruleKind } from '../rule.ts'

/**
 * Drops records that are the same in the fields named as one that came less than `windowMs` before. Of more than
 * `maxEntries` different ones the oldest are forgotten.
 */
export const dedupeKind = ruleKind({
  config: z.strictObject({
    type: z.literal('dedupe'),
    ...common,
    fields: z.array(fieldName).min(1).default(['service', 'host', 'body']),
    windowMs: z.int().min(1).default(10_000),
    maxEntries: z.int().min(1).max(1_000_000).default(10_000),
  }),
  create: ({ fields, windowMs, maxEntries }, { view, clock }) => {
    const places = fields.map(name => new Field(name))
    const seen = new Seen(windowMs, maxEntries)
    return {
      apply: draft => {
        let text = ''
        // with their lengths, so that no two lists of values make one text
        for (const place of places) {
          const value = place.text(draft, view)
          text += `${value.length} ${value}`
        }
        return seen.isNew(hash('sha256', text, 'base64'), clock.monotonicMs()) ? 'same' : 'drop'
      },
    }
  },
})

class Seen {
  readonly #windowMs: number
  readonly #maxEntries: number
  readonly #times = new Map<string, number>()
  /** The same keys, oldest first, in a ring: a Map whose oldest entries go away is slow to say which is the oldest. */
  readonly #order: string[] = []
  #first = 0

  constructor(windowMs: number, maxEntries: number) {
    this.#windowMs = windowMs
    this.#maxEntries = maxEntries
  }

  isNew(key: string, nowMs: number): boolean {
    const times = this.#times
    while (times.size > 0 && nowMs - (times.get(this.#oldest) as number) >= this.#windowMs)
      this.#forgetOldest()
    if (times.has(key)) return false
    if (times.size >= this.#maxEntries) this.#forgetOldest()
    this.#order[(this.#first + times.size) % this.#maxEntries] = key
    times.set(key, nowMs)
    return true
  }

  get #oldest(): string {
    return this.#order[this.#first] as string
  }

  #forgetOldest(): void {
    this.#times.delete(this.#oldest)
    this.#first = (this.#first + 1) % this.#maxEntries
  }
}
