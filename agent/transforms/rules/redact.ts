import { z } from 'zod'
import { compileRe2, Re2SyntaxError } from '../../../lib/re2/index.ts'
import { re2Pattern } from '../../re2-pattern.ts'
import type { RecordDraft } from '../../records/draft.ts'
import { BearerRedactor } from '../redactors/bearer.ts'
import { CardRedactor } from '../redactors/card.ts'
import { CloudRedactor } from '../redactors/cloud.ts'
import { DraftRedactor } from '../redactors/draft-redactor.ts'
import { EmailRedactor } from '../redactors/email.ts'
import { IbanRedactor } from '../redactors/iban.ts'
import { KeyBlocks } from '../redactors/key-blocks.ts'
import { OwnRedactor } from '../redactors/own.ts'
import type { Redactor } from '../redactors/redactor.ts'
import { hashMarker, type Marker, maskMarker, TextRedactor } from '../redactors/text-redactor.ts'
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

/** Takes secrets out of the body, of all attributes, and of what its source says of a record; or of those fields named. */
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
    const keys = kinds.includes('cloud') ? new KeyLines(put, fields) : undefined
    return new RedactRule(new DraftRedactor(new TextRedactor(all, put), fields), keys)
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
  readonly #draft: DraftRedactor
  readonly #keys: KeyLines | undefined

  constructor(draft: DraftRedactor, keys: KeyLines | undefined) {
    this.#draft = draft
    this.#keys = keys
  }

  apply(draft: RecordDraft): Verdict {
    const areKeysChanged = this.#keys?.isAnyOpen === true && this.#keys.redact(draft)
    const { bytes, start, end } = draft.body
    const isChanged = this.#draft.redact(draft)
    const isBodyChanged = draft.body.bytes !== bytes
    if (isBodyChanged && !draft.isBodyEncoded) this.#keys?.look(draft, bytes, start, end)
    return areKeysChanged || isChanged ? 'changed' : 'same'
  }
}

/** The lines of private keys that come one record a line. */
class KeyLines {
  readonly #blocks = new KeyBlocks()
  readonly #put: Marker
  readonly #fields: readonly string[] | undefined
  /** Made when a key first comes. */
  #draft: DraftRedactor | undefined

  constructor(put: Marker, fields: readonly string[] | undefined) {
    this.#put = put
    this.#fields = fields
  }

  get isAnyOpen(): boolean {
    return this.#blocks.isAnyOpen
  }

  look(draft: RecordDraft, bytes: Buffer, start: number, end: number): void {
    this.#blocks.look(streamOf(draft), bytes, start, end)
  }

  redact(draft: RecordDraft): boolean {
    if (!this.#blocks.enter(streamOf(draft), draft)) return false
    this.#draft ??= new DraftRedactor(new TextRedactor([this.#blocks], this.#put), this.#fields)
    const isBodyChanged = this.#draft.body(draft)
    const areAttributesChanged = this.#draft.attributes(draft)
    return isBodyChanged || areAttributesChanged
  }
}

function streamOf({ service, host, origin }: RecordDraft): string {
  return `${service.length > 0 ? service : origin.service}\n${host.length > 0 ? host : origin.host}`
}
