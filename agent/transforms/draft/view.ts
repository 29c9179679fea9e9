import { type LabelName, type LogView, type Needle, scopeText } from '../../../lib/logql/index.ts'
import { levelOf, valueText } from '../../../lib/otlp/index.ts'
import type { ByteRange } from '../../records/byte-range.ts'
import { RecordDraft } from '../../records/draft.ts'
import { AttributeCursor } from './attributes.ts'

/** Size of a trace id; the span id stands behind it. */
const traceIdEnd = 16
const spanIdEnd = 24

/** A draft as a query sees it: the answer is what the same query gives of the record once it is stored. */
export class DraftView implements LogView {
  draft = new RecordDraft()
  readonly #cursor = new AttributeCursor()

  label(name: LabelName): string {
    if (name.column !== undefined) return this.#column(name.column) || this.#otherId(name)
    const found = this.#attribute(name)
    return found === '' && name.scopePart !== undefined
      ? scopeText(this.draft.origin.lineScope, name.scopePart)
      : found
  }

  #attribute(name: LabelName): string {
    const { attributes, origin } = this.draft
    const resource = origin.attributes
    return (
      this.#exact(name, resource, resource.length) ||
      this.#exact(name, attributes.bytes, attributes.position) ||
      (name.isSanitized
        ? this.#sanitized(name, resource, resource.length) ||
          this.#sanitized(name, attributes.bytes, attributes.position)
        : '')
    )
  }

  #otherId({ otherId }: LabelName): string {
    if (otherId === undefined) return ''
    const found = this.label(otherId.name)
    return otherId.ownPattern.test(found) ? '' : found
  }

  line(): string {
    const { body, isBodyEncoded } = this.draft
    return isBodyEncoded ? textOfValue(body) : body.toString()
  }

  includes(needle: Needle): boolean {
    const { body, isBodyEncoded } = this.draft
    if (isBodyEncoded) return this.line().includes(needle.text)
    return body.bytes.subarray(body.start, body.end).includes(needle.bytes)
  }

  #column(column: NonNullable<LabelName['column']>): string {
    const { draft } = this
    switch (column) {
      case 'service':
        return draft.service.length > 0 ? draft.service.toString() : draft.origin.service
      case 'host':
        return draft.host.length > 0 ? draft.host.toString() : draft.origin.host
      case 'level':
        return levelOf(draft.severityNumber, draft.severityText.toString())
      case 'traceId':
        return draft.hasTraceId ? draft.ids.toString('hex', 0, traceIdEnd) : ''
      case 'spanId':
        return draft.hasSpanId ? draft.ids.toString('hex', traceIdEnd, spanIdEnd) : ''
      case 'body':
        return this.line()
    }
  }

  #exact(name: LabelName, bytes: Buffer, end: number): string {
    const cursor = this.#cursor
    cursor.reset(bytes, 0, end)
    // of a key that is there twice the last counts
    let text = ''
    while (cursor.find(name.bytes)) text = cursor.text
    return text
  }

  #sanitized(name: LabelName, bytes: Buffer, end: number): string {
    const cursor = this.#cursor
    cursor.reset(bytes, 0, end)
    while (cursor.next()) {
      if (!name.standsForBytes(bytes, cursor.keyStart, cursor.keyEnd)) continue
      const { text } = cursor
      if (text !== '') return text
    }
    return ''
  }
}

function textOfValue({ bytes, start, end }: ByteRange): string {
  return valueText(bytes, start, end)
}
