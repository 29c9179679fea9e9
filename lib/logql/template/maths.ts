import { type Functions, type GoValue, printValue, TemplateError } from '../../go-template/index.ts'

const sizes: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kib: 1024,
  kb: 1e3,
  mib: 1024 ** 2,
  mb: 1e6,
  gib: 1024 ** 3,
  gb: 1e9,
  tib: 1024 ** 4,
  tb: 1e12,
  pib: 1024 ** 5,
  pb: 1e15,
  eib: 1024 ** 6,
  eb: 1e18,
  ki: 1024,
  k: 1e3,
  mi: 1024 ** 2,
  m: 1e6,
  gi: 1024 ** 3,
  g: 1e9,
  ti: 1024 ** 4,
  t: 1e12,
  pi: 1024 ** 5,
  p: 1e15,
  ei: 1024 ** 6,
  e: 1e18,
}

/** `2.5 KiB` as a number of bytes, whole. Source: go-humanize, ParseBytes. Errors: TemplateError. */
export function bytesOf(text: string): number {
  const found = /^\s*([\d.,]+)\s*([a-zA-Z]*)\s*$/.exec(text)
  const factor = sizes[(found?.[2] ?? '?').toLowerCase()]
  const number = Number((found?.[1] ?? '').replaceAll(',', ''))
  if (found === null || factor === undefined || Number.isNaN(number))
    throw new TemplateError(`unhandled size name or number: ${text}`)
  return Math.trunc(number * factor)
}

/** As sprig's cast to an int: 0 where it is none. */
export function integerOf(value: GoValue): bigint {
  if (typeof value === 'bigint') return value
  if (typeof value === 'boolean') return value ? 1n : 0n
  const number = typeof value === 'number' ? value : Number(integerText(printValue(value)))
  return Number.isFinite(number) ? BigInt(Math.trunc(number)) : 0n
}

function integerText(text: string): string {
  return /^[+-]?\d+$/.test(text.trim()) ? text : '0'
}

export function floatOf(value: GoValue): number {
  if (typeof value === 'boolean') return value ? 1 : 0
  const number = typeof value === 'string' && value.trim() === '' ? 0 : Number(value)
  return Number.isNaN(number) ? 0 : number
}

const ofIntegers =
  (compute: (a: bigint, b: bigint) => bigint) =>
  (...given: GoValue[]): GoValue =>
    given.map(integerOf).reduce((a, b) => compute(a, b))
const ofFloats =
  (compute: (a: number, b: number) => number) =>
  (...given: GoValue[]): GoValue =>
    given.map(floatOf).reduce((a, b) => compute(a, b))

function larger(a: bigint, b: bigint): bigint {
  if (b > a) return b
  return a
}

function notZero(value: bigint): bigint {
  if (value === 0n) throw new TemplateError('runtime error: integer divide by zero')
  return value
}

/** Source: sprig, mathematical functions. */
export const goMaths: Functions = {
  add: ofIntegers((a, b) => a + b),
  sub: (a, b) => integerOf(a) - integerOf(b),
  mul: ofIntegers((a, b) => a * b),
  div: (a, b) => integerOf(a) / notZero(integerOf(b)),
  mod: (a, b) => integerOf(a) % notZero(integerOf(b)),
  max: ofIntegers(larger),
  min: ofIntegers((a, b) => -larger(-a, -b)),
  addf: ofFloats((a, b) => a + b),
  subf: ofFloats((a, b) => a - b),
  mulf: ofFloats((a, b) => a * b),
  divf: ofFloats((a, b) => a / b),
  maxf: ofFloats(Math.max),
  minf: ofFloats(Math.min),
  ceil: value => Math.ceil(floatOf(value)),
  floor: value => Math.floor(floatOf(value)),
  round: (value, places, roundOn = 0.5) =>
    rounded(floatOf(value), Number(integerOf(places)), floatOf(roundOn)),
}

function rounded(value: number, places: number, roundOn: number): number {
  const factor = 10 ** places
  const digit = factor * value
  const fraction = Math.abs(digit % 1)
  return (fraction >= roundOn ? Math.ceil(digit) : Math.floor(digit)) / factor
}
