import { maxDepth } from './check.ts'
import { type Field, type Message, requestMessages, type Signal } from './schema.ts'
import { WireError, WireReader, wireBytes } from './wire.ts'

export type OtlpJson = string | number | boolean | OtlpJson[] | { [name: string]: OtlpJson }

/**
 * An export request as the object of its OTLP/JSON form, the inverse of `jsonToProtobuf`: to show, to compare, to test
 * with; not for hot paths. Throws WireError.
 */
export function protobufToJson(signal: Signal, bytes: Buffer): OtlpJson {
  return readMessage(new WireReader(bytes), requestMessages[signal], 0)
}

function readMessage(reader: WireReader, message: Message, depth: number): OtlpJson {
  if (depth > maxDepth) throw new WireError(`nesting deeper than ${maxDepth}`, reader.position)
  const made: { [name: string]: OtlpJson } = {}
  while (reader.next()) {
    const field = message.byNumber[reader.field]
    if (field === undefined) reader.skip()
    else if (!field.repeated) made[field.name] = readValue(reader, field, depth)
    else {
      const list = (made[field.name] ?? []) as OtlpJson[]
      readRepeated(reader, field, depth, list)
      made[field.name] = list
    }
  }
  return made
}

function readRepeated(reader: WireReader, field: Field, depth: number, into: OtlpJson[]): void {
  if (reader.wireType !== wireBytes || field.wireType === wireBytes) {
    into.push(readValue(reader, field, depth))
    return
  }
  const outer = reader.enter()
  while (reader.position < reader.end) into.push(readValue(reader, field, depth))
  reader.leave(outer)
}

function readValue(reader: WireReader, field: Field, depth: number): OtlpJson {
  if (field.message !== undefined) {
    const outer = reader.enter()
    const nested = readMessage(reader, field.message, depth + 1)
    reader.leave(outer)
    return nested
  }
  switch (field.kind) {
    case 'string':
      return reader.string()
    case 'bytes':
      return reader.view().toString('base64')
    case 'traceId':
    case 'spanId':
      return reader.view().toString('hex')
    case 'double':
      return doubleOf(reader.double())
    case 'fixed64':
      return String(reader.bytes.readBigUInt64LE(reader.fixed64()))
    case 'sfixed64':
      return String(reader.bytes.readBigInt64LE(reader.fixed64()))
    case 'fixed32':
      return reader.fixed32()
    default:
      return varintOf(field, reader.varint64())
  }
}

function varintOf(field: Field, value: bigint): OtlpJson {
  switch (field.kind) {
    case 'bool':
      return value !== 0n
    case 'int64':
      return String(value)
    case 'uint64':
      return String(BigInt.asUintN(64, value))
    case 'sint32':
      return Number((value >> 1n) ^ -(value & 1n))
    default:
      return Number(value)
  }
}

/** JSON has no such numbers; protobuf's mapping spells them. */
function doubleOf(value: number): OtlpJson {
  return Number.isFinite(value) ? value : String(value)
}
