import { OperatingError, parseExactJson } from '../base/index.ts'
import { maxDepth } from './check.ts'
import { type Field, type Message, requestMessages, type Signal } from './schema.ts'
import { WireWriter, wireBytes } from './wire.ts'

/**
 * Turns an OTLP/JSON export request into the protobuf of the same request. Lower camel case names; trace and span ids
 * in hexadecimal; other bytes in base64; 64-bit integers as strings or numbers; enumerations as numbers; unknown
 * fields are left out. Source: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 * Throws OTLP_JSON_INVALID, naming the place.
 *
 * @example
 * const json = '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"hello"}}]}]}]}'
 * checkRequest('logs', jsonToProtobuf('logs', json)) // => 1
 */
export function jsonToProtobuf(signal: Signal, text: string): Buffer {
  const writer = new WireWriter(Math.max(256, text.length))
  writeMessage(writer, requestMessages[signal], parse(text), { path: [] })
  return writer.finish()
}

/** Where the conversion stands, for errors; a stack of names and indexes. */
interface Place {
  path: (string | number)[]
}

function parse(text: string): unknown {
  try {
    return parseExactJson(text)
  } catch (cause) {
    throw new OperatingError('OTLP_JSON_INVALID', `not JSON: ${(cause as Error).message}`, { cause })
  }
}

function invalid(place: Place, expected: string, found: unknown): OperatingError {
  const shown = JSON.stringify(found, bigintAsText) ?? String(found)
  const short = shown.length > 60 ? `${shown.slice(0, 60)}…` : shown
  let path = ''
  for (const step of place.path)
    path += typeof step === 'number' ? `[${step}]` : path === '' ? step : `.${step}`
  return new OperatingError(
    'OTLP_JSON_INVALID',
    `${path || 'the request'}: found ${short}, expected ${expected}`,
  )
}

function bigintAsText(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}

function writeMessage(writer: WireWriter, message: Message, value: unknown, place: Place): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(place, 'an object', value)
  // each level of nesting adds at most three steps: field, index, field
  if (place.path.length > maxDepth * 3) throw invalid(place, `nesting of at most ${maxDepth}`, '…')
  for (const [name, member] of Object.entries(value)) {
    const field = message.byName.get(name)
    // protobuf's JSON mapping: null is the same as absent
    if (field === undefined || member === null) continue
    place.path.push(name)
    if (field.repeated) writeRepeated(writer, field, member, place)
    else writeField(writer, field, member, place)
    place.path.pop()
  }
}

function writeRepeated(writer: WireWriter, field: Field, value: unknown, place: Place): void {
  if (!Array.isArray(value)) throw invalid(place, 'an array', value)
  const packed = field.wireType !== wireBytes
  const start = packed ? writer.begin(field.number) : 0
  value.forEach((item: unknown, index) => {
    place.path.push(index)
    if (packed) writeScalar(writer, field, item, place)
    else writeField(writer, field, item, place)
    place.path.pop()
  })
  if (packed) writer.end(start)
}

function writeField(writer: WireWriter, field: Field, value: unknown, place: Place): void {
  if (field.message !== undefined) {
    const start = writer.begin(field.number)
    writeMessage(writer, field.message, value, place)
    writer.end(start)
  } else if (field.kind === 'string') {
    if (typeof value !== 'string') throw invalid(place, 'a string', value)
    writer.string(field.number, value)
  } else if (field.wireType === wireBytes) {
    const bytes = bytesOf(field, value, place)
    writer.copy(field.number, bytes, 0, bytes.length)
  } else {
    writer.tag(field.number, field.wireType)
    writeScalar(writer, field, value, place)
  }
}

function bytesOf(field: Field, value: unknown, place: Place): Buffer {
  if (field.kind === 'bytes') {
    if (typeof value !== 'string' || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(value))
      throw invalid(place, 'base64', value)
    return Buffer.from(value, 'base64')
  }
  const size = field.kind === 'traceId' ? 16 : 8
  const hex = typeof value === 'string' && /^[0-9a-fA-F]*$/.test(value) ? value : undefined
  if (hex === undefined || (hex.length !== 0 && hex.length !== size * 2))
    throw invalid(place, `${size * 2} hexadecimal digits`, value)
  return Buffer.from(hex, 'hex')
}

const least32 = -0x8000_0000n
const most32 = 0x7fff_ffffn
const mostU32 = 0xffff_ffffn
const least64 = -(2n ** 63n)
const most64 = 2n ** 63n - 1n
const mostU64 = 2n ** 64n - 1n

function writeScalar(writer: WireWriter, field: Field, value: unknown, place: Place): void {
  switch (field.kind) {
    case 'bool':
      if (typeof value !== 'boolean') throw invalid(place, 'true or false', value)
      writer.varint(value ? 1 : 0)
      break
    case 'double':
      writer.double(doubleOf(value, place))
      break
    case 'fixed32':
      writer.fixed32(Number(integer(value, place, 0n, mostU32)))
      break
    case 'fixed64':
      writer.fixed64(integer(value, place, 0n, mostU64))
      break
    case 'sfixed64':
      writer.fixed64(integer(value, place, least64, most64))
      break
    default:
      writer.varint64(varintOf(field, value, place))
  }
}

function varintOf(field: Field, value: unknown, place: Place): bigint {
  switch (field.kind) {
    case 'uint32':
      return integer(value, place, 0n, mostU32)
    case 'enum':
    case 'int32':
      return integer(value, place, least32, most32)
    case 'sint32': {
      const signed = integer(value, place, least32, most32)
      return signed < 0n ? -signed * 2n - 1n : signed * 2n
    }
    case 'uint64':
      return integer(value, place, 0n, mostU64)
    default:
      return integer(value, place, least64, most64)
  }
}

function doubleOf(value: unknown, place: Place): number {
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value)
  // protobuf's JSON mapping writes what JSON has no number for as these
  if (value === 'NaN') return Number.NaN
  if (value === 'Infinity') return Number.POSITIVE_INFINITY
  if (value === '-Infinity') return Number.NEGATIVE_INFINITY
  if (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))) return Number(value)
  throw invalid(place, 'a number', value)
}

function integer(value: unknown, place: Place, least: bigint, most: bigint): bigint {
  const number = bigintOf(value)
  if (number === undefined) throw invalid(place, 'an integer', value)
  if (number < least || number > most) throw invalid(place, `an integer from ${least} to ${most}`, value)
  return number
}

function bigintOf(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : undefined
  // 20 digits hold every 64-bit number; longer ones would only cost time
  return typeof value === 'string' && /^-?\d{1,20}$/.test(value) ? BigInt(value) : undefined
}
