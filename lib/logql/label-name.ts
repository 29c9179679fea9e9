import { type ScopePart, scopeParts } from './scope-labels.ts'

export type Column = 'service' | 'host' | 'level' | 'traceId' | 'spanId' | 'body'

/** Labels that are fields of every record, with the names that other tools use for them. */
const columns: ReadonlyMap<string, Column> = new Map([
  ['service', 'service'],
  ['service_name', 'service'],
  ['service.name', 'service'],
  ['host', 'host'],
  ['host_name', 'host'],
  ['host.name', 'host'],
  ['level', 'level'],
  ['detected_level', 'level'],
  ['trace_id', 'traceId'],
  ['traceId', 'traceId'],
  ['span_id', 'spanId'],
  ['spanId', 'spanId'],
  ['body', 'body'],
])

/** Names of fields that people ask for first. */
export const columnNames: readonly string[] = [...columns.keys()]

export interface OtherId {
  name: LabelName
  /** What an id looks like that is a field of the record. */
  ownPattern: RegExp
}

const idPatterns: Readonly<Partial<Record<Column, RegExp>>> = {
  traceId: /^[0-9a-f]{32}$/,
  spanId: /^[0-9a-f]{16}$/,
}

const underscore = 0x5f

/**
 * A label as a query names it. It is a field of the record, or the attribute of exactly this key, else the first one
 * whose key becomes this name when all but ASCII letters and digits becomes `_`, as Loki makes labels of keys:
 * `http_status_code` is `http.status_code` too. Where a line has no such attribute, `scope_name` and `scope_version` are of its scope.
 */
export class LabelName {
  readonly text: string
  readonly bytes: Buffer
  /** The field that it is; undefined for attributes. */
  readonly column: Column | undefined
  /** What of the line's scope it is where the line has no attribute of this name. */
  readonly scopePart: ScopePart | undefined
  /** Keys other than this one may be meant. */
  readonly isSanitized: boolean
  /** Of a trace or span: the attribute in which an id stands that is none of OpenTelemetry's, such as 64 bits in decimals. */
  readonly otherId: OtherId | undefined

  constructor(text: string, isField = true) {
    this.text = text
    this.bytes = Buffer.from(text)
    this.column = isField ? columns.get(text) : undefined
    const own = this.column === undefined ? undefined : idPatterns[this.column]
    this.otherId = own === undefined ? undefined : { name: new LabelName(text, false), ownPattern: own }
    this.scopePart = isField ? scopeParts.get(text) : undefined
    this.isSanitized = /^\w*_\w*$/.test(text)
  }

  /** Whether a key becomes this name. */
  standsFor(key: string): boolean {
    if (!this.isSanitized) return key === this.text
    return this.standsForBytes(Buffer.from(key), 0, Buffer.byteLength(key))
  }

  /** As `standsFor`, of a key in UTF-8. */
  standsForBytes(key: Buffer, start: number, end: number): boolean {
    const name = this.bytes
    // a key that begins with a digit gets an underscore before it
    const isPrefixed = name[0] === underscore && isDigit(name[1]) && isDigit(key[start])
    let at = isPrefixed ? 1 : 0
    for (let i = start; i < end; at++) {
      const byte = key[i] as number
      const wanted = name[at]
      if (wanted === undefined || wanted !== (isWordByte(byte) ? byte : underscore)) return false
      i += lengthOfCharacter(byte)
    }
    return at === name.length
  }

  /** Keys that become this name, as a pattern of RE2 over the whole key. */
  keyPattern(): string {
    const text = this.text.replaceAll('_', '[^a-zA-Z0-9]')
    return /^_\d/.test(this.text) ? `^(?:${text}|${text.slice('[^a-zA-Z0-9]'.length)})$` : `^${text}$`
  }
}

function isWordByte(byte: number): boolean {
  const lower = byte | 0x20
  return isDigit(byte) || (lower >= 0x61 && lower <= 0x7a) || byte === underscore
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39
}

/** Bytes of a UTF-8 character, by its first. */
function lengthOfCharacter(first: number): number {
  return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
}
