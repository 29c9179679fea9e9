import {
  beginRequest,
  endRequest,
  type OpenRequest,
  type Origin,
  WireWriter,
  writeTime,
} from '../../lib/otlp/index.ts'
import { copyBytes, hexValue, lengthOfVarint, putVarint } from './bytes.ts'

/** Stands at the end of a line that was cut, so that a reader sees it. */
const cutMark = Buffer.from(' …[cut by millrace]')
const cutAttribute = 'millrace.truncated'
const severityNames = ['', 'TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']

const maxFreeBuffers = 8

/**
 * Writes log records from ranges of bytes straight into an OTLP request: no string and no object per line. A parser
 * sets the fields of the open record and writes attributes as it meets them; `endRecord` writes what is left.
 * Hot: guarded by the agent's benchmark.
 */
export class RecordWriter {
  readonly wire: WireWriter
  /** Buffers of requests that were closed and given back. */
  readonly #free: Buffer[] = []
  readonly #initialBytes: number
  /** Records in the open request. */
  count = 0

  /** The open record's time; seconds of -1: not known, the observed time is taken. */
  seconds = -1
  nanos = 0
  severityNumber = 0
  traceAt = -1
  spanAt = -1
  #text: Buffer = Buffer.alloc(0)
  #textStart = 0
  #textEnd = 0
  #body: Buffer = Buffer.alloc(0)
  #bodyStart = 0
  #bodyEnd = -1
  #ids: Buffer = Buffer.alloc(24)

  #request: OpenRequest | undefined
  #record = 0
  #fixed: Buffer = Buffer.alloc(0)
  readonly #observed = Buffer.alloc(9)
  #observedSeconds = 0
  #observedNanos = 0

  constructor(initialBytes = 1_048_576) {
    this.#initialBytes = initialBytes
    this.wire = new WireWriter(initialBytes)
  }

  /** Opens a request; `fixed` are the attributes that every record has, encoded by `encodeAttribute`. */
  open(origin: Origin, fixed: Buffer, observedMs: number): void {
    this.wire.reset()
    this.count = 0
    this.#fixed = fixed
    this.#observedSeconds = Math.floor(observedMs / 1000)
    this.#observedNanos = Math.round((observedMs % 1000) * 1_000_000)
    // the same in every record of the request: encoded once, over the start of the buffer
    writeTime(this.wire, 11, this.#observedSeconds, this.#observedNanos)
    this.wire.bytes.copy(this.#observed, 0, 0, this.#observed.length)
    this.wire.reset()
    this.#request = beginRequest(this.wire, origin)
  }

  /** Bytes written since `open`. */
  get length(): number {
    return this.wire.position
  }

  /** The request's bytes, not copied: they are the caller's until given to `reuse`. */
  close(): Buffer {
    const wire = this.wire
    if (this.#request !== undefined) endRequest(wire, this.#request)
    this.#request = undefined
    const request = wire.bytes.subarray(0, wire.position)
    wire.bytes = this.#free.pop() ?? Buffer.allocUnsafe(this.#initialBytes)
    wire.reset()
    return request
  }

  /** Takes the buffer of a closed request back. Large buffers that come and go cost more in the garbage collector than all else. */
  reuse(request: Buffer): void {
    if (this.#free.length < maxFreeBuffers && request.buffer.byteLength >= this.#initialBytes)
      this.#free.push(Buffer.from(request.buffer))
  }

  beginRecord(): void {
    this.#record = this.wire.begin(2)
    this.#clear()
  }

  /** Takes back what was written since `beginRecord`: the line was not what the parser took it for. */
  restartRecord(): void {
    this.wire.position = this.#record
    this.#clear()
  }

  #clear(): void {
    this.seconds = -1
    this.severityNumber = 0
    this.traceAt = -1
    this.spanAt = -1
    this.#textEnd = this.#textStart = 0
    this.#bodyEnd = -1
  }

  setSeverity(number: number, text: Buffer, start: number, end: number): void {
    this.severityNumber = number
    this.#text = text
    this.#textStart = start
    this.#textEnd = end
  }

  get hasSeverity(): boolean {
    return this.severityNumber > 0 || this.#textEnd > this.#textStart
  }

  setBody(bytes: Buffer, start: number, end: number): void {
    this.#body = bytes
    this.#bodyStart = start
    this.#bodyEnd = end
  }

  get hasBody(): boolean {
    return this.#bodyEnd >= 0
  }

  /** Takes 32 or 16 hexadecimal digits as the record's trace or span id; false where they are not that. */
  setId(kind: 'trace' | 'span', bytes: Buffer, start: number, end: number): boolean {
    const at = kind === 'trace' ? 0 : 16
    const size = kind === 'trace' ? 16 : 8
    if (end - start !== size * 2) return false
    for (let i = 0; i < size; i++) {
      const value = hexValue(bytes[start + i * 2]) * 16 + hexValue(bytes[start + i * 2 + 1])
      if (value < 0 || hexValue(bytes[start + i * 2 + 1]) < 0) return false
      this.#ids[at + i] = value
    }
    if (kind === 'trace') this.traceAt = 0
    else this.spanAt = 16
    return true
  }

  /** A string attribute whose key and value are ranges of bytes. */
  stringAttribute(
    keys: Buffer,
    keyStart: number,
    keyEnd: number,
    values: Buffer,
    start: number,
    end: number,
  ): void {
    const value = end - start
    const any = 1 + lengthOfVarint(value) + value
    const at = this.openAttribute(keys, keyStart, keyEnd, any)
    const bytes = this.wire.bytes
    bytes[at] = 0x0a
    this.wire.position = copyBytes(values, start, end, bytes, putVarint(bytes, at + 1, value))
  }

  /** Writes everything of an attribute but its value, an AnyValue of `valueLength` bytes; answers where that goes. */
  openAttribute(keys: Buffer, keyStart: number, keyEnd: number, valueLength: number): number {
    const key = keyEnd - keyStart
    const inner = 1 + lengthOfVarint(key) + key + 1 + lengthOfVarint(valueLength) + valueLength
    this.wire.ensure(inner + 6)
    const bytes = this.wire.bytes
    let at = this.wire.position
    bytes[at] = 0x32
    at = putVarint(bytes, at + 1, inner)
    bytes[at] = 0x0a
    at = putVarint(bytes, at + 1, key)
    at = copyBytes(keys, keyStart, keyEnd, bytes, at)
    bytes[at] = 0x12
    return putVarint(bytes, at + 1, valueLength)
  }

  endRecord(cut: boolean): void {
    const wire = this.wire
    if (this.seconds >= 0) writeTime(wire, 1, this.seconds, this.nanos)
    else writeTime(wire, 1, this.#observedSeconds, this.#observedNanos)
    wire.ensure(this.#observed.length)
    wire.position = copyBytes(this.#observed, 0, this.#observed.length, wire.bytes, wire.position)
    if (this.severityNumber > 0) {
      wire.tag(2, 0)
      wire.varint(this.severityNumber)
    }
    this.#writeSeverityText()
    this.#writeBody(cut)
    wire.ensure(this.#fixed.length)
    wire.position = copyBytes(this.#fixed, 0, this.#fixed.length, wire.bytes, wire.position)
    if (cut) {
      const at = this.openAttribute(cutKey, 0, cutKey.length, 2)
      wire.bytes[at] = 0x10
      wire.bytes[at + 1] = 1
      wire.position = at + 2
    }
    if (this.traceAt >= 0) wire.copy(9, this.#ids, 0, 16)
    if (this.spanAt >= 0) wire.copy(10, this.#ids, 16, 24)
    wire.end(this.#record)
    this.count++
  }

  #writeSeverityText(): void {
    if (this.#textEnd > this.#textStart) this.wire.copy(3, this.#text, this.#textStart, this.#textEnd)
    else if (this.severityNumber > 0)
      this.wire.string(3, severityNames[Math.ceil(this.severityNumber / 4)] ?? '')
  }

  #writeBody(cut: boolean): void {
    const length = Math.max(0, this.#bodyEnd - this.#bodyStart)
    const text = length + (cut ? cutMark.length : 0)
    const any = 1 + lengthOfVarint(text) + text
    this.wire.ensure(any + 6)
    const bytes = this.wire.bytes
    let at = this.wire.position
    bytes[at] = 0x2a
    at = putVarint(bytes, at + 1, any)
    bytes[at] = 0x0a
    at = putVarint(bytes, at + 1, text)
    if (length > 0) at = copyBytes(this.#body, this.#bodyStart, this.#bodyEnd, bytes, at)
    this.wire.position = cut ? copyBytes(cutMark, 0, cutMark.length, bytes, at) : at
  }
}

const cutKey = Buffer.from(cutAttribute)

/** The bytes of one string attribute of a log record, to be given to `open` as part of `fixed`. */
export function encodeAttribute(key: string, value: string): Buffer {
  const writer = new RecordWriter(1024)
  const keyBytes = Buffer.from(key)
  const valueBytes = Buffer.from(value)
  writer.stringAttribute(keyBytes, 0, keyBytes.length, valueBytes, 0, valueBytes.length)
  return writer.wire.finish()
}
