import { goQuoted } from '../../base/index.ts'
import { TemplateError } from '../../go-template/index.ts'
import { bytesOf } from '../template/bytes.ts'
import { parseDurationSeconds } from '../units.ts'

export type Unit = 'number' | 'duration' | 'bytes'

/** A value of a label as a number, as Loki reads it. */
interface Reading {
  /** Undefined where it is none. */
  read(text: string): number | undefined
  /** What Go says then. */
  problem(text: string): string
}

const float = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i
const hexadecimal = /^([+-]?)0x(?=[\da-f.])([\da-f]*)\.?([\da-f]*)p([+-]?\d+)$/i
/** Between digits an underscore says nothing. */
const underscore = /(?<=[\da-f]|0x)_(?=[\da-f])/gi
const infinite = /^([+-]?)inf(?:inity)?$/i
const duration = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/
const nanosecond = 1e-9

/** By the unit that a query compares with. Source: Go, strconv.ParseFloat and time.ParseDuration; go-humanize, ParseBytes. */
export const readings: Readonly<Record<Unit, Reading>> = {
  number: {
    read: readFloat,
    problem: text => `strconv.ParseFloat: parsing ${goQuoted(text)}: invalid syntax`,
  },
  duration: {
    read: readDuration,
    problem: text => `time: invalid duration ${goQuoted(text)}`,
  },
  bytes: { read: readBytes, problem: text => `unhandled size name or number: ${text}` },
}

function readFloat(text: string): number | undefined {
  const digits = text.replaceAll(underscore, '')
  if (float.test(digits)) return finite(Number(digits))
  const hex = hexadecimal.exec(digits)
  if (hex !== null) return finite(hexadecimalOf(hex))
  const sign = infinite.exec(text)?.[1]
  if (sign !== undefined) return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  return /^nan$/i.test(text) ? Number.NaN : undefined
}

/** What is too large for a float is none. */
function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined
}

function hexadecimalOf([, sign = '', whole = '', fraction = '', exponent = '0']: RegExpExecArray): number {
  const value = Number(`0x${whole}${fraction}`) * 2 ** (Number(exponent) - 4 * fraction.length)
  return sign === '-' ? -value : value
}

/** In seconds, to the nanosecond. */
function readDuration(text: string): number | undefined {
  if (/^[+-]?0$/.test(text)) return 0
  if (!duration.test(text)) return undefined
  const parts = text
    .replace(/^\+/, '')
    .replaceAll('μ', 'µ')
    .replaceAll(/\.(?!\d)/g, '')
  return wholeNanoseconds(parseDurationSeconds(parts.replaceAll(/(?<!\d)\./g, '0.')))
}

function readBytes(text: string): number | undefined {
  try {
    return bytesOf(text)
  } catch (error) {
    if (error instanceof TemplateError) return undefined
    throw error
  }
}

export function wholeNanoseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.round(seconds / nanosecond) * nanosecond
}

export function unitOf(written: string): Unit {
  if (!Number.isNaN(Number(written))) return 'number'
  return parseDurationSeconds(written) === undefined ? 'bytes' : 'duration'
}
