import { z } from 'zod'
import { RecordDraft } from '../../records/draft.ts'
import { AttributeCursor, removeAttribute } from '../draft/attributes.ts'
import { Field } from '../draft/field.ts'
import type { DraftView } from '../draft/view.ts'
import type { Parser } from '../parsers/parser.ts'
import { parserKindOf, parserKinds } from '../parsers/table.ts'
import { zoneName, zoneOf } from '../parsers/zones.ts'
import { common, fieldName, type Rule, ruleKind, type Verdict } from '../rule.ts'

const formats = parserKinds.map(kind => kind.format) as [string, ...string[]]

/** Options of all formats; which of them are one's own is checked with the format. */
const allOptions = Object.fromEntries(
  parserKinds.flatMap(kind => Object.keys(kind.options.shape)).map(key => [key, z.unknown().optional()]),
)

/**
 * Reads a text and puts what it says into the record: time, level, ids, service and host into their fields, everything
 * else into attributes, in place of those that have the same name. A text of another form changes nothing.
 */
export const parseKind = ruleKind({
  config: z
    .strictObject({
      type: z.literal('parse'),
      ...common,
      format: z.enum(formats),
      /** The field with the text. */
      from: fieldName.default('body'),
      /** Stands before the names of attributes. */
      prefix: z.string().max(100).default(''),
      /** Takes the attribute away that was read; where it is left out, those that are in the record's fields now. */
      removeSource: z.boolean().optional(),
      /** Of times that have none: local, UTC, +02:00, Europe/Berlin. */
      zone: zoneName.default('local'),
      ...allOptions,
    })
    .superRefine((config, context) => {
      const { options } = parserKindOf(config.format)
      for (const issue of options.safeParse(optionsOf(config)).error?.issues ?? [])
        if (issue.code === 'unrecognized_keys') refuseKeys(issue.keys, config.format, context)
        else context.addIssue({ ...issue } as Parameters<typeof context.addIssue>[0])
    }),
  create: (config, { view, clock }) => {
    const kind = parserKindOf(config.format)
    const out = new RecordDraft()
    const nowMs = () => clock.nowMs()
    const parser = kind.create(kind.options.parse(optionsOf(config)), {
      out,
      zone: zoneOf(config.zone, nowMs),
      nowMs,
    })
    const source = new Field(config.from)
    const removes = config.removeSource ?? (kind.takesAll && source.name.column === undefined)
    return new ParseRule(parser, out, source, { prefix: Buffer.from(config.prefix), removes }, view)
  },
})

function refuseKeys(keys: readonly string[], format: string, context: z.core.$RefinementCtx): void {
  for (const key of keys)
    context.addIssue({ code: 'custom', path: [key], message: `nothing: the format ${format} has no ${key}` })
}

/** What is the format's own of a configuration. */
function optionsOf(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(allOptions)
      .filter(key => config[key] !== undefined)
      .map(key => [key, config[key]]),
  )
}

class ParseRule implements Rule {
  readonly #parser: Parser
  /** What the parser makes of a text, before it is known to be good. */
  readonly #found: RecordDraft
  readonly #source: Field
  readonly #prefix: Buffer
  readonly #removes: boolean
  readonly #view: DraftView
  readonly #cursor = new AttributeCursor()
  readonly #key = new AttributeCursor()

  constructor(
    parser: Parser,
    found: RecordDraft,
    source: Field,
    { prefix, removes }: { prefix: Buffer; removes: boolean },
    view: DraftView,
  ) {
    this.#parser = parser
    this.#found = found
    this.#source = source
    this.#prefix = prefix
    this.#removes = removes
    this.#view = view
  }

  apply(draft: RecordDraft): Verdict {
    this.#found.clear()
    if (!this.#parse(draft)) return 'same'
    if (this.#removes) this.#source.remove(draft)
    this.#takeFields(draft)
    this.#takeAttributes(draft)
    return 'changed'
  }

  #parse(draft: RecordDraft): boolean {
    const { body, isBodyEncoded } = draft
    if (this.#source.name.column === 'body' && !isBodyEncoded)
      return this.#parser.parse(body.bytes, body.start, body.end)
    // a copy, since attributes move when others are put in
    const text = Buffer.from(this.#source.text(draft, this.#view))
    return text.length > 0 && this.#parser.parse(text, 0, text.length)
  }

  #takeFields(draft: RecordDraft): void {
    const found = this.#found
    if (found.seconds >= 0) {
      draft.seconds = found.seconds
      draft.nanos = found.nanos
    }
    const { severityText, service, host } = found
    if (found.hasSeverity)
      draft.setSeverity(found.severityNumber, severityText.bytes, severityText.start, severityText.end)
    if (service.length > 0) draft.setService(service.bytes, service.start, service.end)
    if (host.length > 0) draft.setHost(host.bytes, host.start, host.end)
    if (found.hasTraceId) found.ids.copy(draft.ids, 0, 0, 16)
    if (found.hasSpanId) found.ids.copy(draft.ids, 16, 16, 24)
    draft.hasTraceId ||= found.hasTraceId
    draft.hasSpanId ||= found.hasSpanId
  }

  #takeAttributes(draft: RecordDraft): void {
    const from = this.#found.attributes
    const cursor = this.#cursor
    const hadSome = draft.attributes.position > 0
    cursor.reset(from.bytes, 0, from.position)
    while (cursor.next()) {
      const key = Buffer.concat([this.#prefix, from.bytes.subarray(cursor.keyStart, cursor.keyEnd)])
      if (hadSome) removeAttribute(draft, key, this.#key)
      const length = cursor.valueEnd - cursor.valueStart
      const at = draft.openAttribute(key, 0, key.length, length)
      draft.attributes.position =
        at + from.bytes.copy(draft.attributes.bytes, at, cursor.valueStart, cursor.valueEnd)
    }
  }
}
