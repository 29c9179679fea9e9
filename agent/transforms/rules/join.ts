import { z } from 'zod'
import { compileRe2 } from '../../../lib/re2/index.ts'
import { re2Pattern } from '../../re2-pattern.ts'
import type { RecordDraft } from '../../records/draft.ts'
import { HeldDraft } from '../draft/held-draft.ts'
import type { DraftView } from '../draft/view.ts'
import { common, type Rule, ruleKind, type Verdict } from '../rule.ts'

const newline = Buffer.from('\n')

/**
 * Joins records of one event that came as several, as stack traces do: a record that does not match `start` belongs to
 * the one before it, where that came in the same request and from the same service and host. Files have `multiline`.
 */
export const joinKind = ruleKind({
  config: z.strictObject({
    type: z.literal('join'),
    ...common,
    start: re2Pattern,
    maxLines: z.int().min(2).max(10_000).default(500),
    maxBytes: z.int().min(1024).max(16_777_216).default(262_144),
  }),
  create: ({ start, maxLines, maxBytes }, { view }) => {
    const pattern = compileRe2(start)
    return new Joiner(text => pattern.test(text), maxLines, maxBytes, view)
  },
})

class Joiner implements Rule {
  readonly #isStart: (line: string) => boolean
  readonly #maxLines: number
  readonly #maxBytes: number
  readonly #view: DraftView
  /** What waits for more, and what is handed out: the two take turns. */
  #held = new HeldDraft()
  #spare = new HeldDraft()
  /** Lines of what waits; 0: nothing does. */
  #lines = 0

  constructor(isStart: (line: string) => boolean, maxLines: number, maxBytes: number, view: DraftView) {
    this.#isStart = isStart
    this.#maxLines = maxLines
    this.#maxBytes = maxBytes
    this.#view = view
  }

  apply(draft: RecordDraft): Verdict {
    if (this.#lines > 0 && this.#goesOn(draft)) {
      this.#held.append(newline, 0, 1)
      this.#held.appendBody(draft)
      this.#lines++
      return 'hold'
    }
    const before = this.#lines
    this.#spare.store(draft)
    this.#lines = 1
    const done = this.#held
    this.#held = this.#spare
    this.#spare = done
    if (before === 0) return 'hold'
    done.load(draft)
    return before > 1 ? 'changed' : 'same'
  }

  flush(draft: RecordDraft): boolean {
    if (this.#lines === 0) return false
    this.#lines = 0
    this.#held.load(draft)
    return true
  }

  #goesOn(draft: RecordDraft): boolean {
    const { draft: held } = this.#held
    if (draft.isBodyEncoded || held.isBodyEncoded || draft.origin !== held.origin) return false
    if (!areSame(draft, held, 'service') || !areSame(draft, held, 'host')) return false
    const isFull =
      this.#lines >= this.#maxLines || this.#held.bodyLength + draft.body.length + 1 > this.#maxBytes
    this.#view.draft = draft
    return !isFull && !this.#isStart(this.#view.line())
  }
}

function areSame(a: RecordDraft, b: RecordDraft, field: 'service' | 'host'): boolean {
  const one = a[field]
  const other = b[field]
  return one.length === other.length && one.equals(other.bytes.subarray(other.start, other.end))
}
