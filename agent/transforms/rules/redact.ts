import { z } from 'zod'
import { WireWriter } from '../../../lib/otlp/index.ts'
import { compileRe2, Re2SyntaxError } from '../../../lib/re2/index.ts'
import type { RecordDraft } from '../../records/draft.ts'
import { AttributeCursor } from '../draft/attributes.ts'
import { NamePatterns } from '../draft/name-pattern.ts'
import { re2Pattern } from '../re2-pattern.ts'
import { BearerRedactor } from '../redactors/bearer.ts'
import { CardRedactor } from '../redactors/card.ts'
import { CloudRedactor } from '../redactors/cloud.ts'
import { EmailRedactor } from '../redactors/email.ts'
import { IbanRedactor } from '../redactors/iban.ts'
import { OwnRedactor } from '../redactors/own.ts'
import type { Redactor } from '../redactors/redactor.ts'
import { hashMarker, maskMarker, TextRedactor } from '../redactors/text-redactor.ts'
import { ValueRedactor } from '../redactors/value-redactor.ts'
import { common, fieldName, type Rule, ruleKind, type Verdict } from '../rule.ts'

const redactors = {
  card: CardRedactor,
  email: EmailRedactor,
  bearer: BearerRedactor,
  cloud: CloudRedactor,
  iban: IbanRedactor,
} as const satisfies Record<string, new () => Redactor>

type Kind = keyof typeof redactors
const kindNames = Object.keys(redactors) as [Kind, ...Kind[]]
const maxPatterns = 24

const ownPattern = z
  .strictObject({
    /** Stands in the marker. */
    name: z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, 'a name of letters, digits, . _ and -'),
    pattern: re2Pattern,
    /** A group of the pattern that alone is replaced, by number or name; 0: all that it matches. */
    group: z.union([z.int().min(0), z.string().min(1)]).default(0),
  })
  .refine(hasGroup, { path: ['group'], error: 'a group that the pattern has' })

/** Takes secrets out of the body and of all attributes, or of those fields named. */
export const redactKind = ruleKind({
  config: z
    .strictObject({
      type: z.literal('redact'),
      ...common,
      kinds: z.array(z.enum(kindNames)).default([]),
      patterns: z.array(ownPattern).max(maxPatterns).default([]),
      action: z.enum(['mask', 'hash']).default('mask'),
      /** `{{kind}}` stands for the kind or the pattern's name. */
      marker: z.string().max(100).default('[redacted:{{kind}}]'),
      /** The key of HMAC-SHA-256, best out of the environment. */
      hashKey: z.string().min(16).optional(),
      /** `body` and names of attributes, `*` for any characters; none: everything. */
      fields: z.array(fieldName).min(1).optional(),
    })
    .refine(({ kinds, patterns }) => kinds.length + patterns.length > 0, 'kinds or patterns to look for')
    .refine(({ action, hashKey }) => action !== 'hash' || hashKey !== undefined, {
      path: ['hashKey'],
      error: 'a key of 16 characters or more',
    }),
  create: ({ kinds, patterns, action, marker, hashKey = '', fields }) => {
    const all = [
      ...[...new Set(kinds)].map(kind => new redactors[kind]()),
      ...patterns.map(({ name, pattern, group }) => new OwnRedactor(name, pattern, group)),
    ]
    const put = action === 'hash' ? hashMarker(hashKey) : maskMarker(marker)
    return new RedactRule(new TextRedactor(all, put), fields)
  },
})

function hasGroup({ pattern, group }: { pattern: string; group: string | number }): boolean {
  try {
    const { groupNames } = compileRe2(pattern)
    return typeof group === 'number' ? group < groupNames.length : groupNames.includes(group)
  } catch (error) {
    // said of the pattern already
    if (error instanceof Re2SyntaxError) return true
    throw error
  }
}

class RedactRule implements Rule {
  readonly #texts: TextRedactor
  readonly #values: ValueRedactor
  readonly #names: NamePatterns | undefined
  readonly #hasBody: boolean
  readonly #cursor = new AttributeCursor()
  readonly #body = new WireWriter(4096)
  readonly #value = new WireWriter(4096)
  readonly #attributes = new WireWriter(4096)

  constructor(texts: TextRedactor, fields: readonly string[] | undefined) {
    this.#texts = texts
    this.#values = new ValueRedactor(texts)
    this.#names = fields === undefined ? undefined : new NamePatterns(fields)
    this.#hasBody = fields?.includes('body') ?? true
  }

  apply(draft: RecordDraft): Verdict {
    const isBodyChanged = this.#hasBody && this.#redactBody(draft)
    const areAttributesChanged = this.#redactAttributes(draft)
    return isBodyChanged || areAttributesChanged ? 'changed' : 'same'
  }

  #redactBody(draft: RecordDraft): boolean {
    const { bytes, start, end } = draft.body
    const out = this.#body
    if (draft.isBodyEncoded) {
      out.reset()
      if (!this.#values.write(out, bytes, start, end)) return false
      draft.body.set(out.bytes, 0, out.position)
      return true
    }
    if (!this.#texts.redact(bytes, start, end)) return false
    // the texts' own buffer serves the attributes next
    out.reset()
    out.ensure(this.#texts.length)
    out.position = this.#texts.bytes.copy(out.bytes, 0, 0, this.#texts.length)
    draft.setBody(out.bytes, 0, out.position)
    return true
  }

  /** Copies attributes only from the first on that holds a secret. */
  #redactAttributes(draft: RecordDraft): boolean {
    const from = draft.attributes
    const cursor = this.#cursor
    const out = this.#attributes
    let copied = 0
    out.reset()
    cursor.reset(from.bytes, 0, from.position)
    while (cursor.next()) {
      if (this.#names !== undefined && !this.#names.has(from.bytes, cursor.keyStart, cursor.keyEnd)) continue
      if (!this.#redactValue(cursor)) continue
      copyTo(out, from.bytes, copied, cursor.start)
      copied = cursor.end
      const start = out.begin(6)
      out.copy(1, from.bytes, cursor.keyStart, cursor.keyEnd)
      out.copy(2, this.#value.bytes, 0, this.#value.position)
      out.end(start)
    }
    if (copied === 0) return false
    copyTo(out, from.bytes, copied, from.position)
    from.position = 0
    copyTo(from, out.bytes, 0, out.position)
    return true
  }

  /** Texts first: they are most. */
  #redactValue(cursor: AttributeCursor): boolean {
    const start = cursor.textStart
    const value = this.#value
    if (start < 0) {
      value.reset()
      return this.#values.write(value, cursor.bytes, cursor.valueStart, cursor.valueEnd)
    }
    if (!this.#texts.redact(cursor.bytes, start, cursor.valueEnd)) return false
    value.reset()
    value.copy(1, this.#texts.bytes, 0, this.#texts.length)
    return true
  }
}

function copyTo(out: WireWriter, bytes: Buffer, start: number, end: number): void {
  out.ensure(end - start)
  out.position += bytes.copy(out.bytes, out.position, start, end)
}
