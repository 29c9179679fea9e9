import { WireWriter } from '../../../lib/otlp/index.ts'
import type { ByteRange } from '../../records/byte-range.ts'
import { RecordDraft } from '../../records/draft.ts'

/** A draft of which everything is a copy, so that it outlives the record. Its body may grow. */
export class HeldDraft {
  readonly #draft = new RecordDraft()
  readonly #ranges = new WireWriter(4096)
  readonly #body = new WireWriter(4096)

  get draft(): RecordDraft {
    return this.#draft
  }

  get bodyLength(): number {
    return this.#body.position
  }

  /** Takes what the draft has. */
  store(from: RecordDraft): void {
    const to = this.#draft
    this.#ranges.reset()
    this.#body.reset()
    copyValues(from, to)
    this.#keep(from.severityText, to.severityText)
    this.#keep(from.service, to.service)
    this.#keep(from.host, to.host)
    this.#keep(from.rest, to.rest)
    this.append(from.body.bytes, from.body.start, from.body.end)
  }

  /** Takes the text of another one behind its own. */
  appendBody({ body, changedBy }: RecordDraft): void {
    this.append(body.bytes, body.start, body.end)
    this.#draft.changedBy ||= changedBy
  }

  append(bytes: Buffer, start: number, end: number): void {
    const body = this.#body
    body.ensure(end - start)
    body.position += bytes.copy(body.bytes, body.position, start, end)
    this.#draft.body.set(body.bytes, 0, body.position)
  }

  /** Puts it into a draft, which is good until the next `store`. */
  load(to: RecordDraft): void {
    const from = this.#draft
    copyValues(from, to)
    for (const range of ['severityText', 'service', 'host', 'rest', 'body'] as const)
      to[range].set(from[range].bytes, from[range].start, from[range].end)
  }

  #keep({ bytes, start, end }: ByteRange, to: ByteRange): void {
    // a buffer of its own: the arena may move while it grows
    const out = this.#ranges
    if (out.position + end - start > out.bytes.length) {
      const copy = Buffer.from(bytes.subarray(start, end))
      to.set(copy, 0, copy.length)
      return
    }
    const at = out.position
    out.position += bytes.copy(out.bytes, at, start, end)
    to.set(out.bytes, at, out.position)
  }
}

function copyValues(from: RecordDraft, to: RecordDraft): void {
  to.origin = from.origin
  to.seconds = from.seconds
  to.nanos = from.nanos
  to.severityNumber = from.severityNumber
  to.isBodyEncoded = from.isBodyEncoded
  to.hasBody = from.hasBody
  to.cut = from.cut
  to.hasTraceId = from.hasTraceId
  to.hasSpanId = from.hasSpanId
  to.topic = from.topic
  to.tenant = from.tenant
  to.changedBy = from.changedBy
  to.routedBy = from.routedBy
  to.hasOriginal = false
  to.isVerbatim = false
  to.namesOriginal = from.namesOriginal
  from.ids.copy(to.ids)
  to.attributes.reset()
  to.attributes.ensure(from.attributes.position)
  to.attributes.position = from.attributes.bytes.copy(to.attributes.bytes, 0, 0, from.attributes.position)
}
