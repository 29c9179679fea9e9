import { parseRawJson } from '../../../base/index.ts'
import { checkRequest, type OtlpJson, protobufToJson, type Signal } from '../../../otlp/index.ts'

/** How the bytes of a value are to be read; `auto` finds out, `registry` is by a schema of one. */
export type ValueFormat = 'auto' | 'otlp' | 'json' | 'text' | 'hex' | 'registry'
export const valueFormats: readonly ValueFormat[] = ['auto', 'otlp', 'json', 'text', 'hex', 'registry']

export type DecodedValue =
  | { format: 'otlp'; signal: Signal; value: OtlpJson }
  | { format: 'json'; value: unknown }
  | { format: 'text'; value: string }
  | { format: 'hex'; value: string }
  | { format: 'null'; value: null }

const signals: readonly Signal[] = ['logs', 'metrics', 'traces']

/**
 * A key or a value in a form to be shown. What is no text comes as hexadecimal digits, and so does what is not in the form
 * asked for: nothing is lost, and nothing throws. `likely` is tried first, since OTLP's requests look alike.
 *
 * @example
 * decodeValue(Buffer.from('{"a":1}'), 'auto') // => { format: 'json', value: { a: 1 } }
 */
export function decodeValue(bytes: Buffer | null, format: ValueFormat, likely?: Signal): DecodedValue {
  if (bytes === null) return { format: 'null', value: null }
  const hex: DecodedValue = { format: 'hex', value: bytes.toString('hex') }
  switch (format) {
    case 'hex':
      return hex
    case 'text':
      return { format: 'text', value: bytes.toString('utf8') }
    case 'json':
      return asJson(bytes) ?? asText(bytes) ?? hex
    case 'otlp':
      return asOtlp(bytes, likely) ?? hex
    case 'registry':
    case 'auto':
      return (
        (likely === undefined ? undefined : asOtlp(bytes, likely)) ??
        asJson(bytes) ??
        asText(bytes) ??
        asOtlp(bytes) ??
        hex
      )
  }
}

function asJson(bytes: Buffer): DecodedValue | undefined {
  const first = bytes[0]
  if (first !== 0x7b && first !== 0x5b) return undefined
  try {
    return { format: 'json', value: parseRawJson(bytes.toString('utf8')) }
  } catch {
    // it only begins like it
    return undefined
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what tells text from bytes
const bytesThatNoTextHas = /[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/

function asText(bytes: Buffer): DecodedValue | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return bytesThatNoTextHas.test(text) ? undefined : { format: 'text', value: text }
  } catch {
    // not UTF-8
    return undefined
  }
}

function asOtlp(bytes: Buffer, likely?: Signal): DecodedValue | undefined {
  const order = likely === undefined ? signals : [likely, ...signals.filter(signal => signal !== likely)]
  for (const signal of order)
    try {
      if (checkRequest(signal, bytes) > 0)
        return { format: 'otlp', signal, value: protobufToJson(signal, bytes) }
    } catch {
      // not of this signal: perhaps of the next
    }
  return undefined
}
