import { WireWriter } from '../../../lib/otlp/index.ts'
import type { ByteRange } from '../../records/byte-range.ts'
import type { RecordDraft } from '../../records/draft.ts'
import { NamePatterns } from '../draft/name-pattern.ts'
import { AttributeRedactor, copyTo } from './attribute-redactor.ts'
import { OriginRedactor } from './origin-redactor.ts'
import type { TextRedactor } from './text-redactor.ts'
import { ValueRedactor } from './value-redactor.ts'

/** Takes secrets out of all that a draft has, or out of those fields that are named. */
export class DraftRedactor {
  readonly #texts: TextRedactor
  readonly #values: ValueRedactor
  readonly #names: NamePatterns | undefined
  readonly #hasBody: boolean
  readonly #attributes: AttributeRedactor
  readonly #origins: OriginRedactor
  readonly #hasService: boolean
  readonly #hasHost: boolean
  readonly #body = new WireWriter(4096)
  readonly #service = new WireWriter(256)
  readonly #host = new WireWriter(256)

  constructor(texts: TextRedactor, fields: readonly string[] | undefined) {
    this.#texts = texts
    this.#values = new ValueRedactor(texts)
    this.#names = fields === undefined ? undefined : new NamePatterns(fields)
    this.#hasBody = fields?.includes('body') ?? true
    this.#attributes = new AttributeRedactor(texts, this.#names)
    this.#origins = new OriginRedactor(texts, this.#names)
    this.#hasService = isAsked(this.#names, 'service')
    this.#hasHost = isAsked(this.#names, 'host')
  }

  /** Takes the secrets out; false where there were none. */
  redact(draft: RecordDraft): boolean {
    const isBodyChanged = this.body(draft)
    // nearly all lines: all that is beside the body was looked at with it
    if (draft.isVerbatim && this.#hasBody && this.#texts.isPartless) return this.#source(draft)
    const areAttributesChanged = this.attributes(draft)
    return this.#origin(draft) || isBodyChanged || areAttributesChanged
  }

  body(draft: RecordDraft): boolean {
    if (!this.#hasBody) return false
    const { bytes, start, end } = draft.body
    const out = this.#body
    if (draft.isBodyEncoded) {
      out.reset()
      if (!this.#values.write(out, bytes, start, end)) return false
      draft.body.set(out.bytes, 0, out.position)
      return true
    }
    if (!this.#texts.redact(bytes, start, end)) return false
    this.#keep(out)
    draft.setBody(out.bytes, 0, out.position)
    return true
  }

  attributes({ attributes }: RecordDraft): boolean {
    if (!this.#attributes.redact(6, attributes.bytes, attributes.position)) return false
    const { out } = this.#attributes
    attributes.position = 0
    copyTo(attributes, out.bytes, 0, out.position)
    return true
  }

  /** Of service and host, as the line or its source names them, and what else the source says of where it comes from. */
  #origin(draft: RecordDraft): boolean {
    const isServiceChanged = this.#hasService && this.#name(draft.service, this.#service)
    const isHostChanged = this.#hasHost && this.#name(draft.host, this.#host)
    return this.#source(draft) || isServiceChanged || isHostChanged
  }

  #source(draft: RecordDraft): boolean {
    const { origin } = draft
    draft.origin = this.#origins.redacted(origin)
    return draft.origin !== origin
  }

  #name(name: ByteRange, out: WireWriter): boolean {
    if (name.length === 0) return false
    if (!this.#texts.redact(name.bytes, name.start, name.end)) return false
    this.#keep(out)
    name.set(out.bytes, 0, out.position)
    return true
  }

  /** The texts' own buffer serves what comes next. */
  #keep(out: WireWriter): void {
    out.reset()
    copyTo(out, this.#texts.bytes, 0, this.#texts.length)
  }
}

function isAsked(names: NamePatterns | undefined, field: string): boolean {
  const bytes = Buffer.from(field)
  return names?.has(bytes, 0, bytes.length) ?? true
}
