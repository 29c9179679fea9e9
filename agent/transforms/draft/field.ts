import { LabelName } from '../../../lib/logql/index.ts'
import { severityWords } from '../../lines/severity.ts'
import type { RecordDraft } from '../../records/draft.ts'
import { AttributeCursor, removeAttribute } from './attributes.ts'
import type { DraftView } from './view.ts'

const noBytes = Buffer.alloc(0)

/**
 * A place in a draft by the name that rules and queries have for it: `body`, `service`, `host`, `level`, `trace_id`,
 * `span_id`, or the attribute of exactly this key.
 */
export class Field {
  readonly name: LabelName
  readonly #cursor = new AttributeCursor()

  constructor(name: string) {
    this.name = new LabelName(name)
  }

  /** '' where there is nothing. */
  text(draft: RecordDraft, view: DraftView): string {
    view.draft = draft
    return view.label(this.name)
  }

  /** Sets it, to nothing with an empty text. */
  set(draft: RecordDraft, text: string): void {
    const bytes = Buffer.from(text)
    this.setBytes(draft, bytes, 0, bytes.length)
  }

  /** As `set`; the bytes must outlive the record. */
  setBytes(draft: RecordDraft, bytes: Buffer, start: number, end: number): void {
    switch (this.name.column) {
      case 'body':
        draft.setBody(bytes, start, end)
        break
      case 'service':
        draft.setService(bytes, start, end)
        break
      case 'host':
        draft.setHost(bytes, start, end)
        break
      case 'level':
        draft.setSeverity(severityWords.find(bytes, start, end) ?? 0, bytes, start, end)
        break
      case 'traceId':
        draft.hasTraceId = false
        draft.setId('trace', bytes, start, end)
        break
      case 'spanId':
        draft.hasSpanId = false
        draft.setId('span', bytes, start, end)
        break
      case undefined:
        this.#setAttribute(draft, bytes, start, end)
    }
  }

  /** False where there was nothing. A service or host that is taken away leaves the source's own. */
  remove(draft: RecordDraft): boolean {
    if (this.name.column === undefined) return removeAttribute(draft, this.name.bytes, this.#cursor)
    const isThere = this.#isSet(draft)
    if (isThere) this.setBytes(draft, noBytes, 0, 0)
    return isThere
  }

  #isSet(draft: RecordDraft): boolean {
    switch (this.name.column) {
      case 'body':
        return draft.body.length > 0
      case 'service':
        return draft.service.length > 0
      case 'host':
        return draft.host.length > 0
      case 'level':
        return draft.hasSeverity
      case 'traceId':
        return draft.hasTraceId
      case 'spanId':
        return draft.hasSpanId
      case undefined:
        return false
    }
  }

  #setAttribute(draft: RecordDraft, bytes: Buffer, start: number, end: number): void {
    const key = this.name.bytes
    removeAttribute(draft, key, this.#cursor)
    if (end > start) draft.stringAttribute(key, 0, key.length, bytes, start, end)
  }
}
