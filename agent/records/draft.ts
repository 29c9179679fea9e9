import { originalKey } from '../../lib/ledger/index.ts'
import { WireWriter } from '../../lib/otlp/index.ts'
import { ByteRange } from './byte-range.ts'
import { copyBytes, hexValue, lengthOfVarint, putVarint } from './bytes.ts'
import { emptyOrigin, type RecordOrigin } from './origin.ts'

const originalName = Buffer.from(originalKey)
/** The two ids stand in one buffer: 16 bytes of a trace, 8 of a span. */
const spanIdAt = 16

/**
 * What a source makes of one record, before it is OTLP: ranges of the bytes that came in, so that nothing is copied
 * before it is known to be kept, and attributes already encoded. Transforms work on it; RequestWriter writes it. One
 * draft serves one source: it is cleared and filled anew for each record.
 *
 * The body is the line as it was written, its terminator aside. What parsing found stands beside it: time, severity
 * and ids in their fields, everything else in `attributes` under its own name.
 *
 * Hot: no string and no object per record. Guarded by the agent's benchmark.
 */
export class RecordDraft {
  /** Where the record comes from, which says its resource; set by the source. */
  origin: RecordOrigin = emptyOrigin
  /** Its time; seconds of -1: not known, the time of reading is taken. */
  seconds = -1
  nanos = 0
  /** OpenTelemetry's 1 to 24; 0: not known. */
  severityNumber = 0
  readonly severityText = new ByteRange()
  readonly body = new ByteRange()
  /** True where `body` is an encoded AnyValue other than a text (pushed records only). */
  isBodyEncoded = false
  hasBody = false
  /** Where set, they win over those of the origin. */
  readonly service = new ByteRange()
  readonly host = new ByteRange()
  /** Encoded as field 6 of LogRecord, one after the other: the KeyValues of the record. */
  readonly attributes = new WireWriter(4096)
  /** Fields of a pushed LogRecord that nothing here works on, with their tags (flags, event name, observed time). */
  readonly rest = new ByteRange()
  /** The line was longer than allowed; what is missing is marked. */
  cut = false
  /** Trace id, then span id. */
  readonly ids = Buffer.alloc(spanIdAt + 8)
  hasTraceId = false
  hasSpanId = false
  /** Chosen by a rule; empty: the configured ones. */
  topic = ''
  tenant = ''
  /** What the source had of it, where that is not the body and a line feed: see `originalKey`. */
  readonly original = new ByteRange()
  hasOriginal = false
  isOriginalText = false
  /** The line itself has a field of that name. */
  namesOriginal = false
  /** By name: the rule that dropped it, the first that changed its body, the one that chose its topic; empty: none. */
  droppedBy = ''
  changedBy = ''
  routedBy = ''
  /** Every text, name and whole number in its attributes, and its service and host, stands in its body as it is. */
  isVerbatim = false
  /** It came before the one that was given, and was kept back by a rule until now. */
  isDelayed = false

  clear(): void {
    this.seconds = -1
    this.severityNumber = 0
    this.severityText.clear()
    this.body.clear()
    this.hasBody = this.isBodyEncoded = this.cut = false
    this.service.clear()
    this.host.clear()
    this.rest.clear()
    this.attributes.position = 0
    this.hasTraceId = this.hasSpanId = false
    this.topic = this.tenant = ''
    this.hasOriginal = this.namesOriginal = this.isDelayed = this.isVerbatim = false
    this.droppedBy = this.changedBy = this.routedBy = ''
  }

  setSeverity(number: number, text: Buffer, start: number, end: number): void {
    this.severityNumber = number
    this.severityText.set(text, start, end)
  }

  get hasSeverity(): boolean {
    return this.severityNumber > 0 || this.severityText.length > 0
  }

  setBody(bytes: Buffer, start: number, end: number): void {
    this.body.set(bytes, start, end)
    this.hasBody = true
    this.isBodyEncoded = false
  }

  setService(bytes: Buffer, start: number, end: number): void {
    this.service.set(bytes, start, end)
  }

  setHost(bytes: Buffer, start: number, end: number): void {
    this.host.set(bytes, start, end)
  }

  /** Takes 32 or 16 hexadecimal digits as the record's trace or span id; false where they are not that. */
  setId(kind: 'trace' | 'span', bytes: Buffer, start: number, end: number): boolean {
    const at = kind === 'trace' ? 0 : spanIdAt
    const size = kind === 'trace' ? 16 : 8
    if (end - start !== size * 2) return false
    for (let i = 0; i < size; i++) {
      const high = hexValue(bytes[start + i * 2])
      const low = hexValue(bytes[start + i * 2 + 1])
      if (high < 0 || low < 0) return false
      this.ids[at + i] = high * 16 + low
    }
    if (kind === 'trace') this.hasTraceId = true
    else this.hasSpanId = true
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
    const bytes = this.attributes.bytes
    bytes[at] = 0x0a
    this.attributes.position = copyBytes(values, start, end, bytes, putVarint(bytes, at + 1, value))
  }

  /** Writes everything of an attribute but its value, an AnyValue of `valueLength` bytes; answers where that goes. */
  openAttribute(keys: Buffer, keyStart: number, keyEnd: number, valueLength: number): number {
    const key = keyEnd - keyStart
    if (key === originalName.length && isOriginalName(keys, keyStart)) this.namesOriginal = true
    const inner = 1 + lengthOfVarint(key) + key + 1 + lengthOfVarint(valueLength) + valueLength
    this.attributes.ensure(inner + 6)
    const bytes = this.attributes.bytes
    let at = this.attributes.position
    bytes[at] = 0x32
    at = putVarint(bytes, at + 1, inner)
    bytes[at] = 0x0a
    at = putVarint(bytes, at + 1, key)
    at = copyBytes(keys, keyStart, keyEnd, bytes, at)
    bytes[at] = 0x12
    return putVarint(bytes, at + 1, valueLength)
  }

  /** An integer attribute; the value is not negative and safe. */
  integerAttribute(keys: Buffer, keyStart: number, keyEnd: number, value: number): void {
    let length = 1
    for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) length++
    const at = this.openAttribute(keys, keyStart, keyEnd, 1 + length)
    this.attributes.bytes[at] = 0x18
    this.attributes.position = at + 1
    this.attributes.varint(value)
  }

  /** A string attribute given as text: for sources that are not hot. */
  textAttribute(key: string, value: string): void {
    const keys = Buffer.from(key)
    const values = Buffer.from(value)
    this.stringAttribute(keys, 0, keys.length, values, 0, values.length)
  }
}

/** Of keys as long as it most differ in the first letter: the loop costs less than a call into native code. */
function isOriginalName(keys: Buffer, start: number): boolean {
  for (let i = 0; i < originalName.length; i++) if (keys[start + i] !== originalName[i]) return false
  return true
}

/** The bytes of one string attribute of a log record, to be given to `RequestWriter.open` as part of `fixed`. */
export function encodeAttribute(key: string, value: string): Buffer {
  const draft = new RecordDraft()
  draft.textAttribute(key, value)
  return draft.attributes.finish()
}
