import { type Nanos, type OtlpValue, writeAttribute } from '../../lib/otlp/index.ts'
import { idOfDecimal } from '../lines/decimal-id.ts'
import { LineParser, type ParseMode } from '../lines/line-parser.ts'
import {
  fieldRoles,
  kindOf,
  roleDecimalSpanId,
  roleDecimalTraceId,
  roleDevice,
  roleHost,
  roleLevel,
  roleMessage,
  roleService,
  roleSeverityNumber,
  roleSpanId,
  roleTime,
  roleTraceId,
  roleTraffic,
} from '../lines/roles.ts'
import { severityOfDigits, severityOfNumber, severityWords } from '../lines/severity.ts'
import { TimeReader } from '../lines/time/reader.ts'
import { localZone } from '../lines/time/zone.ts'
import { escapeInvalidUtf8 } from '../lines/utf8.ts'
import type { RecordDraft } from './draft.ts'

/** The text of one field; the rest is cut with a mark, as of a long line. */
const maxTextBytes = 400_000
/** Maps nested deeper are left out. */
const maxDepth = 16

/** What a protocol says of a record beside its fields. */
export interface FieldsContext {
  /** The protocol's own time of the record; undefined: the line's or that of reading. */
  time?: Nanos | undefined
  /** What the record's service is where no field says so; undefined: the origin's. */
  service?: string | undefined
  host?: string | undefined
  /** The line as it was written, where the protocol has it apart from the fields. */
  body?: string | undefined
  /** OpenTelemetry's severity number and the sender's word for it, where the protocol has them. */
  severity?: { number: number; text: string } | undefined
  /** Attributes that the protocol knows, such as its tag. */
  attributes?: Readonly<Record<string, OtlpValue>>
}

/**
 * Fills a draft from a record that came as fields: a message of Fluentd's, an object of JSON. A field that is called
 * message, msg or log is the line; it is read as a file's line would be, and what the fields say wins over it. Without
 * one the record itself, as JSON, is the line. Nested maps become attributes with dots in their keys.
 */
export class FieldsReader {
  readonly #draft: RecordDraft
  readonly #lines: LineParser
  readonly #times: TimeReader
  #hasLevel = false
  /** The level was a number, of which a word beside it is surer. */
  #isNumberLevel = false
  /** OpenTelemetry's number for the level; 0: none was given. */
  #severityNumber = 0
  #hasTime = false
  /** By which name service and host were found; 0: by none. */
  #service = 0
  #host = 0
  /** Beside the name of a device: it tells of what passed a firewall, and `service` and `hostname` are those of the traffic. */
  #isTraffic = false
  #device = ''

  /** `mode`: how the line is read. */
  constructor(draft: RecordDraft, nowMs: () => number, mode: ParseMode = 'auto') {
    this.#draft = draft
    const zone = localZone(nowMs)
    this.#lines = new LineParser(draft, mode, zone, nowMs)
    this.#times = new TimeReader(zone, nowMs)
  }

  read(fields: Readonly<Record<string, unknown>>, context: FieldsContext = {}): void {
    const values = plainOf(fields)
    const bodyKey = context.body === undefined ? bodyKeyOf(values) : undefined
    this.#line(context.body ?? textOf(values, bodyKey))
    if (context.severity !== undefined) this.#severity(context.severity.number, context.severity.text)
    this.#hasLevel = context.severity !== undefined
    this.#isNumberLevel = false
    this.#severityNumber = 0
    if (context.time !== undefined) this.#setTime(context.time.seconds, context.time.nanos)
    this.#hasTime = context.time !== undefined
    this.#service = this.#host = 0
    this.#isTraffic = false
    this.#device = ''
    for (const [key, value] of Object.entries(context.attributes ?? {})) this.#field(key, value)
    for (const [key, value] of Object.entries(values))
      if (key !== bodyKey && value !== undefined) this.#field(key, value)
    if (this.#severityNumber > 0 && context.severity === undefined)
      this.#draft.severityNumber = this.#severityNumber
    this.#names(context)
  }

  #setTime(seconds: number, nanos: number): void {
    this.#draft.seconds = seconds
    this.#draft.nanos = nanos
  }

  #line(text: string): void {
    const bytes = Buffer.from(limited(text))
    const end = bytes.at(-1) === 0x0a ? bytes.length - 1 : bytes.length
    this.#lines.read(bytes, 0, end, true, false)
  }

  #names({ service, host }: FieldsContext): void {
    const draft = this.#draft
    if (this.#isTraffic && this.#device !== '') {
      draft.service.clear()
      set(draft.host, this.#device)
    }
    if (service !== undefined && draft.service.length === 0) set(draft.service, service)
    if (host !== undefined && draft.host.length === 0) set(draft.host, host)
  }

  #severity(number: number, text: string): void {
    const bytes = Buffer.from(text)
    this.#draft.setSeverity(number, bytes, 0, bytes.length)
  }

  #level(value: OtlpValue): boolean {
    if (typeof value === 'number') {
      const number = severityOfNumber(value)
      if (this.#hasLevel || number === 0) return false
      this.#severity(number, '')
      this.#isNumberLevel = true
      return true
    }
    if (typeof value !== 'string' || value === '') return false
    const bytes = Buffer.from(value)
    const word = severityWords.find(bytes, 0, bytes.length)
    if (this.#hasLevel && !(this.#isNumberLevel && word !== undefined)) return false
    const number = word ?? severityOfDigits(bytes, 0, bytes.length)
    this.#severity(number, value)
    this.#isNumberLevel = word === undefined && number > 0
    return true
  }

  /** Into the field of the record that it is for, else an attribute; maps member by member. */
  #field(key: string, value: OtlpValue): void {
    if (isMap(value)) {
      for (const [inner, member] of Object.entries(value))
        if (member !== undefined && member !== null) this.#field(`${key}.${inner}`, member)
      return
    }
    const found = foundOf(key)
    if (!this.#takeRole(found, value)) writeAttribute(this.#draft.attributes, 6, key, value)
  }

  /** False where it is an attribute (too). */
  #takeRole(found: number, value: OtlpValue): boolean {
    switch (kindOf(found)) {
      case roleService:
      case roleHost:
        this.#name(found, value)
        return false
      case roleLevel:
        if (!this.#level(value)) return false
        this.#hasLevel = true
        return true
      case roleSeverityNumber:
        if (!isSeverityNumber(value)) return false
        this.#severityNumber = Number(value)
        return true
      case roleTime:
        if (this.#hasTime || !this.#time(value)) return false
        this.#hasTime = true
        return true
      case roleTraffic:
        this.#isTraffic = true
        return false
      case roleDevice:
        this.#device = String(value)
        return false
      default:
        return this.#takeId(kindOf(found), value)
    }
  }

  #time(value: OtlpValue): boolean {
    if (typeof value !== 'string' && typeof value !== 'number') return false
    const bytes = Buffer.from(String(value))
    const time = this.#times
    const isTime = time.readValue(bytes, 0, bytes.length)
    if (isTime) this.#setTime(time.seconds, time.nanos)
    return isTime
  }

  #takeId(role: number, value: OtlpValue): boolean {
    if (role === roleDecimalTraceId || role === roleDecimalSpanId) return this.#takeDecimalId(role, value)
    if (typeof value !== 'string' || (role !== roleTraceId && role !== roleSpanId)) return false
    return this.#setId(role === roleTraceId ? 'trace' : 'span', value)
  }

  /** It stays an attribute; one of 128 bits is written as it is. */
  #takeDecimalId(role: number, value: OtlpValue): boolean {
    const text = String(value)
    const isTrace = role === roleDecimalTraceId
    if (isTrace && this.#setId('trace', text)) return true
    const id = idOfDecimal(text, isTrace ? 32 : 16)
    if (id !== undefined) this.#setId(isTrace ? 'trace' : 'span', id)
    return false
  }

  #setId(kind: 'trace' | 'span', id: string): boolean {
    const bytes = Buffer.from(id)
    return this.#draft.setId(kind, bytes, 0, bytes.length)
  }

  /** Of several names for a service or host the surest, which is found first, is taken. */
  #name(found: number, value: OtlpValue): void {
    const isService = kindOf(found) === roleService
    const taken = isService ? this.#service : this.#host
    if (typeof value !== 'string' || value === '' || (taken > 0 && taken < found)) return
    if (isService) this.#service = found
    else this.#host = found
    set(isService ? this.#draft.service : this.#draft.host, value)
  }
}

function isSeverityNumber(value: OtlpValue): boolean {
  const number = typeof value === 'bigint' ? Number(value) : value
  return typeof number === 'number' && Number.isInteger(number) && number >= 1 && number <= 24
}

function set(range: RecordDraft['service'], text: string): void {
  const bytes = Buffer.from(text)
  range.set(bytes, 0, bytes.length)
}

function isMap(value: OtlpValue): value is { readonly [key: string]: OtlpValue | null | undefined } {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Uint8Array)
}

/** What `fieldRoles` has for a key; 0 for nothing. */
function foundOf(key: string): number {
  const bytes = Buffer.from(key)
  return fieldRoles.find(bytes, 0, bytes.length) ?? 0
}

/** The first of the keys that hold a line, by their order in `messageKeys`. */
function bodyKeyOf(values: Readonly<Record<string, OtlpValue | undefined>>): string | undefined {
  const keys = Object.keys(values).filter(
    key => kindOf(foundOf(key)) === roleMessage && typeof values[key] === 'string',
  )
  return keys.toSorted((a, b) => foundOf(a) - foundOf(b))[0]
}

/** The field that is the line; the whole record where there is none. */
function textOf(values: Readonly<Record<string, OtlpValue | undefined>>, key: string | undefined): string {
  const value = key === undefined ? undefined : values[key]
  return typeof value === 'string' ? value : JSON.stringify(values, bigintAsText)
}

function bigintAsText(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}

function plainOf(fields: Readonly<Record<string, unknown>>): Record<string, OtlpValue | undefined> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key, otlpValueOf(value, 0)] as const),
  )
}

/** Undefined for nothing. Bytes are text in what senders log; integers beyond 64 bits are their digits. */
function otlpValueOf(value: unknown, depth: number): OtlpValue | undefined {
  if (typeof value === 'string') return limited(value.toWellFormed())
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value === 'bigint') return BigInt.asIntN(64, value) === value ? value : String(value)
  if (value instanceof Uint8Array) return limited(escapeInvalidUtf8(Buffer.from(value)).toString('utf8'))
  if (typeof value !== 'object' || value === null || depth > maxDepth) return undefined
  if (Array.isArray(value)) return value.map(item => otlpValueOf(item, depth + 1) ?? '')
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, otlpValueOf(member, depth + 1)] as const),
  )
}

function limited(text: string): string {
  return text.length <= maxTextBytes ? text : `${text.slice(0, maxTextBytes)} …[cut by millrace]`
}
