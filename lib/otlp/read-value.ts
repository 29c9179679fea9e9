import { WireError, WireReader, wireBytes, wireFixed64, wireVarint } from './wire.ts'

/** Which member of AnyValue is set; the numbers are its field numbers, 0 for none. */
export const valueKinds = {
  none: 0,
  string: 1,
  bool: 2,
  int: 3,
  double: 4,
  array: 5,
  map: 6,
  bytes: 7,
} as const

/** Arrays and maps nested deeper are refused. */
const maxDepth = 64

/** One AnyValue, as byte ranges; kept and filled again for each. */
export class ValueReader {
  kind = 0
  /** Content of a string, bytes, array or map; position of an int's or double's bytes. */
  start = 0
  end = 0
  bool = false
  /** An int that is not negative, exact below 2^53. */
  int = 0
  readonly #reader = new WireReader()

  read(bytes: Buffer, start: number, end: number): void {
    const reader = this.#reader
    reader.reset(bytes, start, end)
    this.kind = valueKinds.none
    while (reader.next()) {
      const { field } = reader
      if (reader.wireType === wireBytes) {
        const at = reader.content()
        if (field === 1 || (field >= 5 && field <= 7)) this.#set(field, at, reader.position)
      } else this.#readScalar(field)
    }
  }

  #readScalar(field: number): void {
    const reader = this.#reader
    const at = reader.position
    if (reader.wireType === wireVarint) {
      const value = reader.varint()
      if (field === 2 || field === 3) this.#set(field, at, reader.position)
      if (field === 2) this.bool = value !== 0
      if (field === 3) this.int = value
    } else if (reader.wireType === wireFixed64) {
      reader.fixed64()
      if (field === 4) this.#set(field, at, at + 8)
    } else reader.skip()
  }

  #set(kind: number, start: number, end: number): void {
    this.kind = kind
    this.start = start
    this.end = end
  }
}

/** Key and value of one KeyValue, as byte ranges. */
export class KeyValueReader {
  keyStart = 0
  keyEnd = 0
  valueStart = 0
  valueEnd = 0
  readonly #reader = new WireReader()

  read(bytes: Buffer, start: number, end: number): void {
    const reader = this.#reader
    reader.reset(bytes, start, end)
    this.keyStart = this.keyEnd = this.valueStart = this.valueEnd = start
    while (reader.next()) {
      if (reader.wireType !== wireBytes) {
        reader.skip()
        continue
      }
      const at = reader.content()
      if (reader.field === 1) {
        this.keyStart = at
        this.keyEnd = reader.position
      } else if (reader.field === 2) {
        this.valueStart = at
        this.valueEnd = reader.position
      }
    }
  }
}

/** An AnyValue as text: strings as they are, numbers in decimal, bytes in base64, arrays and maps as JSON. */
export function valueText(bytes: Buffer, start: number, end: number): string {
  const value = new ValueReader()
  value.read(bytes, start, end)
  return readText(bytes, value)
}

/** The same of a value that was read. */
export function readText(bytes: Buffer, value: ValueReader): string {
  if (value.kind === valueKinds.string) return bytes.toString('utf8', value.start, value.end)
  if (value.kind === valueKinds.bytes) return bytes.toString('base64', value.start, value.end)
  if (value.kind === valueKinds.none) return ''
  if (value.kind === valueKinds.double) return String(bytes.readDoubleLE(value.start))
  return jsonText(bytes, value, 0)
}

/** An AnyValue as JSON text; 64-bit integers keep all digits, NaN and the infinities are strings. */
function jsonText(bytes: Buffer, value: ValueReader, depth: number): string {
  if (depth > maxDepth) throw new WireError(`values nested deeper than ${maxDepth}`, value.start)
  switch (value.kind) {
    case valueKinds.string:
      return JSON.stringify(bytes.toString('utf8', value.start, value.end))
    case valueKinds.bool:
      return String(value.bool)
    case valueKinds.int:
      return intText(bytes, value.start, value.end)
    case valueKinds.double:
      return doubleJson(bytes.readDoubleLE(value.start))
    case valueKinds.array:
      return `[${[...children(bytes, value)].map(child => anyJson(bytes, child, depth)).join(',')}]`
    case valueKinds.map:
      return `{${[...children(bytes, value)].map(child => entryJson(bytes, child, depth)).join(',')}}`
    case valueKinds.bytes:
      return JSON.stringify(bytes.toString('base64', value.start, value.end))
    default:
      return 'null'
  }
}

function doubleJson(value: number): string {
  return Number.isFinite(value) ? String(value) : JSON.stringify(String(value))
}

function anyJson(bytes: Buffer, range: { start: number; end: number }, depth: number): string {
  const value = new ValueReader()
  value.read(bytes, range.start, range.end)
  return jsonText(bytes, value, depth + 1)
}

function entryJson(bytes: Buffer, range: { start: number; end: number }, depth: number): string {
  const entry = new KeyValueReader()
  entry.read(bytes, range.start, range.end)
  const key = JSON.stringify(bytes.toString('utf8', entry.keyStart, entry.keyEnd))
  return `${key}:${anyJson(bytes, { start: entry.valueStart, end: entry.valueEnd }, depth)}`
}

/** The elements of an ArrayValue, or the KeyValues of a KeyValueList: both are field 1. */
function* children(bytes: Buffer, value: ValueReader): Iterable<{ start: number; end: number }> {
  const reader = new WireReader(bytes, value.start, value.end)
  while (reader.next()) {
    if (reader.field !== 1 || reader.wireType !== wireBytes) {
      reader.skip()
      continue
    }
    const start = reader.content()
    yield { start, end: reader.position }
  }
}

/** A signed 64-bit varint in decimal, exact. */
function intText(bytes: Buffer, start: number, end: number): string {
  const reader = new WireReader(bytes, start, end)
  // seven bytes carry 49 bits, which a number holds exactly
  return end - start <= 7 ? String(reader.varint()) : String(reader.varint64())
}
