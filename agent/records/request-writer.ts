import { originalKey, type ServiceRun } from '../../lib/ledger/index.ts'
import { WireWriter, writeTime } from '../../lib/otlp/index.ts'
import type { ByteRange } from './byte-range.ts'
import { copyBytes, lengthOfVarint, putVarint } from './bytes.ts'
import type { RecordDraft } from './draft.ts'
import type { RecordOrigin, ResourceHeader } from './origin.ts'

/** Stands at the end of a line that was cut, so that a reader sees it. */
export const cutMark = Buffer.from(' …[cut by millrace]')
const severityNames = ['', 'TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']
const maxFreeBuffers = 3
/** A request of less than this share of its buffer is copied out of it: many small ones must not hold a large buffer each. */
const smallShare = 16
/** Beyond, the ledger does not say whose a record's rows are. */
const maxServiceRuns = 4096
const none = Buffer.alloc(0)
const originalName = Buffer.from(originalKey)
/** `millrace.truncated` = true, as field 6 of LogRecord. */
const cutAttribute = Buffer.concat([
  Buffer.from([0x32, 0x18, 0x0a, 0x12]),
  Buffer.from('millrace.truncated'),
  Buffer.from([0x12, 0x02, 0x10, 0x01]),
])

/**
 * Writes drafts into one OTLP logs request. Records keep their order: where one stands under another resource than the
 * one before, a new ResourceLogs begins, so lines of many services may alternate at the cost of a copied header.
 * Hot: guarded by the agent's benchmark.
 */
export class RequestWriter {
  readonly #wire: WireWriter
  /** Buffers of requests that were closed and given back. */
  readonly #free: Buffer[] = []
  readonly #initialBytes: number
  /** Records in the open request. */
  count = 0
  #fixed: Buffer = none
  readonly #observed = Buffer.alloc(9)
  #observedSeconds = 0
  #observedNanos = 0

  /** Where ResourceLogs and ScopeLogs that are open begin; -1: none is. */
  #resourceAt = -1
  #scopeAt = -1
  #origin: RecordOrigin | undefined
  #header: ResourceHeader | undefined
  /** Of the records so far, in order; the last one's lines are counted when the next begins. */
  #services: ServiceRun[] = []
  #serviceFrom = 0

  constructor(initialBytes = 1_048_576) {
    this.#initialBytes = initialBytes
    this.#wire = new WireWriter(initialBytes)
  }

  /** Opens a request; `fixed` are attributes that every record has, encoded by `encodeAttribute`. */
  open(fixed: Buffer, observedMs: number): void {
    const wire = this.#wire
    this.count = 0
    this.#fixed = fixed
    this.#observedSeconds = Math.floor(observedMs / 1000)
    this.#observedNanos = Math.round((observedMs % 1000) * 1_000_000)
    // the same in every record of the request: encoded once, over the start of the buffer
    wire.reset()
    writeTime(wire, 11, this.#observedSeconds, this.#observedNanos)
    wire.bytes.copy(this.#observed, 0, 0, this.#observed.length)
    wire.reset()
    this.#origin = undefined
    this.#resourceAt = -1
    this.#services = []
    this.#serviceFrom = 0
  }

  /** Whose the records are, in order; undefined where they alternate too often for that to be short. */
  services(): readonly ServiceRun[] | undefined {
    this.#endService()
    return this.#services.length > maxServiceRuns ? undefined : this.#services
  }

  #endService(): void {
    const last = this.#services.at(-1)
    if (last !== undefined) last.lines += this.count - this.#serviceFrom
    this.#serviceFrom = this.count
  }

  #beginService(service: string): void {
    this.#endService()
    if (this.#services.length > maxServiceRuns || this.#services.at(-1)?.service === service) return
    this.#services.push({ service, lines: 0 })
  }

  /** Bytes written since `open`. */
  get length(): number {
    return this.#wire.position
  }

  /** The request's bytes: they are the caller's until given to `reuse`. */
  close(): Buffer {
    const wire = this.#wire
    this.#closeResource()
    const request = wire.bytes.subarray(0, wire.position)
    if (request.length * smallShare < this.#initialBytes) return copyOf(request)
    wire.bytes = this.#free.pop() ?? Buffer.allocUnsafe(this.#initialBytes)
    wire.reset()
    return request
  }

  /** Takes the buffer of a closed request back. Large buffers that come and go cost more in the garbage collector than all else. */
  reuse(request: Buffer): void {
    if (this.#free.length < maxFreeBuffers && request.buffer.byteLength >= this.#initialBytes)
      this.#free.push(Buffer.from(request.buffer))
  }

  add(draft: RecordDraft): void {
    const { origin, service, host, tenant } = draft
    if (origin !== this.#origin || !this.#header?.isOf(service, host, tenant)) this.#openResource(draft)
    const wire = this.#wire
    const record = wire.begin(2)
    if (draft.seconds >= 0) writeTime(wire, 1, draft.seconds, draft.nanos)
    else writeTime(wire, 1, this.#observedSeconds, this.#observedNanos)
    if (draft.rest.length === 0) this.#copy(this.#observed, 0, this.#observed.length)
    else this.#copyRange(draft.rest)
    this.#severity(draft)
    this.#body(draft)
    this.#copy(draft.attributes.bytes, 0, draft.attributes.position)
    this.#copy(this.#fixed, 0, this.#fixed.length)
    if (draft.cut) this.#copy(cutAttribute, 0, cutAttribute.length)
    if (draft.hasTraceId) wire.copy(9, draft.ids, 0, 16)
    if (draft.hasSpanId) wire.copy(10, draft.ids, 16, 24)
    // behind any of the line's own of that name: of two the last counts
    if (draft.hasOriginal) this.#original(draft)
    wire.end(record)
    this.count++
  }

  #openResource(draft: RecordDraft): void {
    const { origin, service, host, tenant } = draft
    const wire = this.#wire
    this.#closeResource()
    const header = origin.header(service, host, tenant)
    this.#origin = origin
    this.#header = header
    this.#beginService(header.service)
    this.#resourceAt = wire.begin(1)
    this.#copy(header.bytes, 0, header.bytes.length)
    this.#scopeAt = wire.begin(2)
    this.#copy(origin.scope, 0, origin.scope.length)
  }

  #closeResource(): void {
    if (this.#resourceAt < 0) return
    this.#wire.end(this.#scopeAt)
    this.#wire.end(this.#resourceAt)
    this.#resourceAt = -1
  }

  #severity({ severityNumber, severityText }: RecordDraft): void {
    const wire = this.#wire
    if (severityNumber > 0) {
      wire.tag(2, 0)
      wire.varint(severityNumber)
    }
    if (severityText.length > 0) wire.copy(3, severityText.bytes, severityText.start, severityText.end)
    else if (severityNumber > 0) wire.string(3, severityNames[Math.ceil(severityNumber / 4)] ?? '')
  }

  #body({ body, isBodyEncoded, cut }: RecordDraft): void {
    const wire = this.#wire
    if (isBodyEncoded) {
      wire.copy(5, body.bytes, body.start, body.end)
      return
    }
    const text = body.length + (cut ? cutMark.length : 0)
    const any = 1 + lengthOfVarint(text) + text
    wire.ensure(any + 6)
    const bytes = wire.bytes
    let at = wire.position
    bytes[at] = 0x2a
    at = putVarint(bytes, at + 1, any)
    bytes[at] = 0x0a
    at = putVarint(bytes, at + 1, text)
    at = copyBytes(body.bytes, body.start, body.end, bytes, at)
    wire.position = cut ? copyBytes(cutMark, 0, cutMark.length, bytes, at) : at
  }

  /** As text, or as bytes where it is none. */
  #original({ original, isOriginalText }: RecordDraft): void {
    const wire = this.#wire
    const { length } = original
    const any = 1 + lengthOfVarint(length) + length
    const pair = 2 + originalName.length + 1 + lengthOfVarint(any) + any
    wire.ensure(pair + 6)
    const { bytes } = wire
    let at = wire.position
    bytes[at] = 0x32
    at = putVarint(bytes, at + 1, pair)
    bytes[at] = 0x0a
    at = copyBytes(originalName, 0, originalName.length, bytes, putVarint(bytes, at + 1, originalName.length))
    bytes[at] = 0x12
    at = putVarint(bytes, at + 1, any)
    bytes[at] = isOriginalText ? 0x0a : 0x3a
    at = putVarint(bytes, at + 1, length)
    wire.position = copyBytes(original.bytes, original.start, original.end, bytes, at)
  }

  #copyRange({ bytes, start, end }: ByteRange): void {
    this.#copy(bytes, start, end)
  }

  #copy(from: Buffer, start: number, end: number): void {
    const wire = this.#wire
    wire.ensure(end - start)
    wire.position = copyBytes(from, start, end, wire.bytes, wire.position)
  }
}

/** In memory of its own, not of the pool that small buffers share. */
function copyOf(request: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(request.length)
  request.copy(copy)
  return copy
}
