import { type WireWriter, wireFixed64, wireVarint } from './wire.ts'

/** What an attribute or a body can hold. Whole numbers become integers; undefined and null members are left out. */
export type OtlpValue =
  | string
  | number
  | bigint
  | boolean
  | Uint8Array
  | readonly OtlpValue[]
  | { readonly [key: string]: OtlpValue | null | undefined }

export type OtlpAttributes = Readonly<Record<string, OtlpValue | null | undefined>>

/** Values nested deeper than this are written as text, so that no input makes the writer recurse without end. */
const maxDepth = 32

/** Writes the fields of an AnyValue; the caller has opened the message. */
export function writeAnyValue(writer: WireWriter, value: OtlpValue, depth = 0): void {
  if (typeof value === 'string') writer.string(1, value)
  else if (typeof value === 'number') writeNumber(writer, value)
  else if (typeof value === 'boolean') {
    writer.tag(2, wireVarint)
    writer.varint(value ? 1 : 0)
  } else if (typeof value === 'bigint') {
    writer.tag(3, wireVarint)
    writer.varint64(value)
  } else if (value instanceof Uint8Array) {
    writer.copy(7, Buffer.from(value.buffer, value.byteOffset, value.length), 0, value.length)
  } else writeNested(writer, value, depth)
}

function writeNumber(writer: WireWriter, value: number): void {
  if (Number.isSafeInteger(value)) {
    writer.tag(3, wireVarint)
    if (value < 0) writer.varint64(BigInt(value))
    else writer.varint(value)
  } else {
    writer.tag(4, wireFixed64)
    writer.double(value)
  }
}

function writeNested(
  writer: WireWriter,
  value: readonly OtlpValue[] | { readonly [key: string]: OtlpValue | null | undefined },
  depth: number,
): void {
  if (depth >= maxDepth) {
    writer.string(1, '…')
    return
  }
  const list = Array.isArray(value) as boolean
  const start = writer.begin(list ? 5 : 6)
  if (list) for (const item of value as readonly OtlpValue[]) writeItem(writer, item, depth)
  else writeAttributes(writer, 1, value as OtlpAttributes, depth + 1)
  writer.end(start)
}

function writeItem(writer: WireWriter, item: OtlpValue | null | undefined, depth: number): void {
  const start = writer.begin(1)
  // a hole keeps its place as an empty value, which is what OTLP's null is
  if (item !== null && item !== undefined) writeAnyValue(writer, item, depth + 1)
  writer.end(start)
}

/** One KeyValue under `field` of the open message. */
export function writeAttribute(
  writer: WireWriter,
  field: number,
  key: string,
  value: OtlpValue,
  depth = 0,
): void {
  const start = writer.begin(field)
  writer.string(1, key)
  const inner = writer.begin(2)
  writeAnyValue(writer, value, depth)
  writer.end(inner)
  writer.end(start)
}

export function writeAttributes(
  writer: WireWriter,
  field: number,
  attributes: OtlpAttributes,
  depth = 0,
): void {
  for (const [key, value] of Object.entries(attributes))
    if (value !== null && value !== undefined) writeAttribute(writer, field, key, value, depth)
}
