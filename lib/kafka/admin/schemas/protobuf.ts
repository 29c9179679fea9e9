import protobuf from 'protobufjs'
import type { Reader } from './avro.ts'
import type { RegisteredSchema } from './registry.ts'
import { readMessageIndexes } from './wire.ts'

const shownAs: protobuf.IConversionOptions = {
  longs: String,
  enums: String,
  bytes: String,
  defaults: true,
  json: true,
}

/**
 * Protobuf: which message it is stands before each value. Fields that were not written show what they are by default; times
 * and durations of Google's well-known types are written out. Errors: those of a schema that is none.
 */
export function protobufReader({ text, references }: Pick<RegisteredSchema, 'text' | 'references'>): Reader {
  const root = new protobuf.Root()
  const known = new Set<string>()
  for (const reference of references) add(root, reference.text, known)
  add(root, text, known)
  root.resolveAll()
  const names = namesOf(text)
  return {
    name: names(root, [0]).fullName.slice(1),
    read: bytes => {
      const { indexes, payload } = readMessageIndexes(bytes)
      const type = names(root, indexes)
      return written(type, type.toObject(type.decode(payload), shownAs))
    },
  }
}

/** Puts a file into the root, and what Google's own it imports. */
function add(root: protobuf.Root, text: string, known: Set<string>): void {
  const { imports = [], weakImports = [] } = protobuf.parse(text, root, { keepCase: true })
  for (const file of [...imports, ...weakImports]) {
    if (known.has(file)) continue
    known.add(file)
    const common = protobuf.common.get(file)
    if (common?.nested !== undefined) root.addJSON(common.nested)
  }
}

/** Messages by their places in the file alone: of others of the same package it knows nothing. */
function namesOf(text: string): (root: protobuf.Root, indexes: readonly number[]) => protobuf.Type {
  const own = new protobuf.Root()
  const { package: name = '' } = protobuf.parse(text, own, { keepCase: true })
  const file = name === '' ? own : own.lookup(name)
  return (root, indexes) => {
    let place = file as protobuf.NamespaceBase | null
    for (const index of indexes)
      place = (place?.nestedArray.filter(one => one instanceof protobuf.Type)[index] as protobuf.Type) ?? null
    if (place === null) throw new RangeError(`the schema has no message at ${indexes.join('.')}`)
    return root.lookupType(place.fullName)
  }
}

type Fields = Record<string, unknown>

/** Well-known types as Protobuf's JSON form has them. */
function written(type: protobuf.Type, value: Fields): unknown {
  const known = wellKnown[type.fullName]
  if (known !== undefined) return known(value)
  const result: Fields = {}
  for (const [name, own] of Object.entries(value)) {
    const field = type.fields[name]
    const { resolvedType } = field?.resolve() ?? {}
    result[name] = resolvedType instanceof protobuf.Type ? each(own, one => written(resolvedType, one)) : own
    if (field instanceof protobuf.MapField && resolvedType instanceof protobuf.Type)
      result[name] = Object.fromEntries(
        Object.entries(own as Record<string, Fields>).map(([key, one]) => [key, written(resolvedType, one)]),
      )
  }
  return result
}

function each(value: unknown, show: (one: Fields) => unknown): unknown {
  if (Array.isArray(value)) return value.map(one => show(one as Fields))
  return value === null || typeof value !== 'object' ? value : show(value as Fields)
}

const inside = (value: Fields) => value['value']

const wellKnown: Readonly<Record<string, (value: Fields) => unknown>> = {
  '.google.protobuf.Timestamp': ({ seconds, nanos }) => {
    const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19)
    return `${whole}${fraction(Number(nanos))}Z`
  },
  '.google.protobuf.Duration': ({ seconds, nanos }) => {
    const sign = Number(nanos) < 0 && Number(seconds) === 0 ? '-' : ''
    return `${sign}${seconds}${fraction(Math.abs(Number(nanos)))}s`
  },
  ...Object.fromEntries(
    ['Double', 'Float', 'Int64', 'UInt64', 'Int32', 'UInt32', 'Bool', 'String', 'Bytes'].map(name => [
      `.google.protobuf.${name}Value`,
      inside,
    ]),
  ),
}

function fraction(nanos: number): string {
  return nanos === 0 ? '' : `.${String(nanos).padStart(9, '0').replace(/0+$/, '')}`
}
