import { type Functions, type GoValue, printValue, TemplateError } from '../../go-template/index.ts'
import { readings } from '../pipeline/quantity.ts'
import { type Decimal, decimalOf, numberOfDecimal, productOf, quotientOf, sumOf } from './decimal.ts'

/** As sprig's cast to an int: 0 where it is none. */
export function integerOf(value: GoValue): bigint {
  if (typeof value === 'bigint') return value
  if (typeof value === 'boolean') return value ? 1n : 0n
  const number = typeof value === 'number' ? value : Number(integerText(printValue(value)))
  return Number.isFinite(number) ? BigInt(Math.trunc(number)) : 0n
}

/** As Go writes whole numbers: `0x1f`, `0b11`, `1_000`, too. */
function integerText(text: string): string {
  const plain = text.trim().replaceAll(/(?<=[\da-fxb])_(?=[\da-f])/gi, '')
  return /^(?:[+-]?\d+(?:\.\d*)?|0x[\da-f]+|0b[01]+)$/i.test(plain) ? plain : '0'
}

export function floatOf(value: GoValue): number {
  if (typeof value === 'boolean') return value ? 1 : 0
  return typeof value === 'string' ? (readings.number.read(value) ?? 0) : Number(value) || 0
}

const ofIntegers =
  (compute: (a: bigint, b: bigint) => bigint) =>
  (first: GoValue, ...given: GoValue[]): GoValue =>
    [first, ...given].map(integerOf).reduce((a, b) => compute(a, b))
/** In decimals: 0.1 and 0.2 are 0.3. */
const ofDecimals =
  (compute: (a: Decimal, b: Decimal) => Decimal) =>
  (first: GoValue, ...given: GoValue[]): GoValue =>
    numberOfDecimal(
      [first, ...given]
        .map(floatOf)
        .map(decimalOf)
        .reduce((a, b) => compute(a, b)),
    )
const ofFloats =
  (compute: (a: number, b: number) => number) =>
  (first: GoValue, ...given: GoValue[]): GoValue =>
    [first, ...given].map(floatOf).reduce((a, b) => compute(a, b))

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
  addf: ofDecimals(sumOf),
  subf: ofDecimals((a, b) => sumOf(a, { ...b, digits: -b.digits })),
  mulf: ofDecimals(productOf),
  divf: ofDecimals(quotientOf),
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
  const fraction = digit % 1
  return (fraction >= roundOn ? Math.ceil(digit) : Math.floor(digit)) / factor
}
