import { RecordOrigin } from '../../records/origin.ts'
import type { NamePatterns } from '../draft/name-pattern.ts'
import { AttributeRedactor } from './attribute-redactor.ts'
import type { TextRedactor } from './text-redactor.ts'

/** Takes secrets out of what a source says of all its records: service, host, and the other attributes of the resource. */
export class OriginRedactor {
  readonly #texts: TextRedactor
  readonly #names: NamePatterns | undefined
  readonly #attributes: AttributeRedactor
  /** What became of each; one without a secret is its own. */
  readonly #known = new WeakMap<RecordOrigin, RecordOrigin>()
  /** Most records have the origin of the one before. */
  #last: RecordOrigin | undefined
  #lastRedacted: RecordOrigin | undefined

  constructor(texts: TextRedactor, names: NamePatterns | undefined) {
    this.#texts = texts
    this.#names = names
    this.#attributes = new AttributeRedactor(texts, names)
  }

  redacted(origin: RecordOrigin): RecordOrigin {
    if (origin === this.#last && this.#lastRedacted !== undefined) return this.#lastRedacted
    const redacted = this.#known.get(origin) ?? this.#redact(origin)
    this.#known.set(origin, redacted)
    this.#known.set(redacted, redacted)
    this.#last = origin
    this.#lastRedacted = redacted
    return redacted
  }

  #redact(origin: RecordOrigin): RecordOrigin {
    const service = this.#text('service', origin.service)
    const host = this.#text('host', origin.host)
    const areChanged = this.#attributes.redact(1, origin.attributes, origin.attributes.length)
    if (service === origin.service && host === origin.host && !areChanged) return origin
    const { out } = this.#attributes
    const attributes = areChanged ? Buffer.from(out.bytes.subarray(0, out.position)) : origin.attributes
    return new RecordOrigin({ service, host, attributes, scope: origin.scope })
  }

  #text(field: string, text: string): string {
    const name = Buffer.from(field)
    const bytes = Buffer.from(text)
    const isAsked = this.#names?.has(name, 0, name.length) ?? true
    if (!isAsked || !this.#texts.redact(bytes, 0, bytes.length)) return text
    return this.#texts.bytes.toString('utf8', 0, this.#texts.length)
  }
}
