import avsc, { type Schema, type Type } from 'avsc'
import type { RegisteredSchema } from './registry.ts'

/** A schema that reads values as JSON has them. */
export interface Reader {
  /** Of what is written, as in `com.shop.Order`. */
  name: string
  read(payload: Buffer): unknown
}

/**
 * Avro: 64-bit numbers that JSON cannot hold are text, bytes hexadecimal digits, decimals and times written out. Source: Apache
 * Avro 1.12, specification. Errors: those of a schema that is none.
 */
export function avroReader({ text, references }: Pick<RegisteredSchema, 'text' | 'references'>): Reader {
  const registry: Record<string, Type> = { long: longs() }
  const options = { registry, logicalTypes, wrapUnions: 'auto' as const }
  for (const reference of references) avsc.Type.forSchema(schemaOf(reference.text), options)
  const type = avsc.Type.forSchema(schemaOf(text), options)
  return { name: type.name ?? type.typeName, read: payload => plain(type.fromBuffer(payload)) }
}

function schemaOf(text: string): Schema {
  return JSON.parse(text) as Schema
}

/** 64 bits whole. */
function longs(): Type {
  return avsc.types.LongType.__with({
    fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
    toBuffer: (value: bigint) => {
      const bytes = Buffer.alloc(8)
      bytes.writeBigInt64LE(value)
      return bytes
    },
    fromJSON: BigInt,
    toJSON: String,
    isValid: (value: unknown) => typeof value === 'bigint',
    compare: (a: bigint, b: bigint) => (a === b ? 0 : a < b ? -1 : 1),
  })
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (Array.isArray(value)) return value.map(plain)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, plain(own)]))
}

/** What a logical type of Avro stands for. */
function shownAs(
  show: (value: unknown) => unknown,
): new (
  schema: Schema,
  opts?: unknown,
) => avsc.types.LogicalType {
  return class extends avsc.types.LogicalType {
    protected override _fromValue(value: unknown): unknown {
      return show(value)
    }
    protected override _toValue(value: unknown): unknown {
      return value
    }
  }
}

class Decimal extends avsc.types.LogicalType {
  readonly #scale: number

  constructor(schema: Schema, opts?: unknown) {
    super(schema, opts)
    this.#scale = Number((schema as { scale?: number }).scale ?? 0)
  }

  protected override _fromValue(value: Uint8Array): string {
    const hex = Buffer.from(value).toString('hex')
    const unscaled = hex === '' ? 0n : BigInt.asIntN(value.length * 8, BigInt(`0x${hex}`))
    const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(this.#scale + 1, '0')
    const at = digits.length - this.#scale
    return `${unscaled < 0n ? '-' : ''}${digits.slice(0, at)}${this.#scale > 0 ? `.${digits.slice(at)}` : ''}`
  }

  protected override _toValue(value: unknown): unknown {
    return value
  }
}

const dayMs = 86_400_000

/** A moment in so many units a second; what no date can hold stays a number. */
function moment(perSecond: number): (value: unknown) => unknown {
  return value => {
    const ms = Number(BigInt(value as bigint | number) / BigInt(perSecond / 1000))
    const rest = String(BigInt(value as bigint | number) % BigInt(perSecond / 1000)).replace('-', '')
    if (Math.abs(ms) > 8.64e15) return value
    const text = new Date(ms).toISOString()
    return perSecond === 1000 || rest === '0'
      ? text
      : text.replace('Z', `${rest.padStart(Math.log10(perSecond / 1000), '0')}Z`)
  }
}

const timeOfDay = (perSecond: number) => (value: unknown) =>
  new Date(Number(value) / (perSecond / 1000)).toISOString().slice(11, -1)

const logicalTypes = {
  decimal: Decimal,
  date: shownAs(value => new Date(Number(value) * dayMs).toISOString().slice(0, 10)),
  'timestamp-millis': shownAs(moment(1e3)),
  'timestamp-micros': shownAs(moment(1e6)),
  'timestamp-nanos': shownAs(moment(1e9)),
  'local-timestamp-millis': shownAs(value => String(moment(1e3)(value)).replace('Z', '')),
  'local-timestamp-micros': shownAs(value => String(moment(1e6)(value)).replace('Z', '')),
  'time-millis': shownAs(timeOfDay(1e3)),
  'time-micros': shownAs(timeOfDay(1e6)),
}
