import { TemplateError } from '../../go-template/index.ts'

/** `digits` / 10^`places`. Source: shopspring/decimal, with which sprig computes. */
export interface Decimal {
  digits: bigint
  places: number
}

/** So many digits a division has behind the point. */
const divisionPlaces = 16
/** Products of more digits, before the point or behind it, are no numbers that anybody meant. */
const maxDigits = 10_000
const largest = 10n ** BigInt(maxDigits)

/** Of the fewest digits that tell the number from others. Errors: TemplateError where it is not finite. */
export function decimalOf(value: number): Decimal {
  const found = /^(-?\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value))
  if (found === null) throw new TemplateError(`cannot create a decimal from ${value}`)
  const [, whole = '', fraction = '', exponent = '0'] = found
  const places = fraction.length - Number(exponent)
  const digits = BigInt(whole + fraction)
  return places >= 0 ? { digits, places } : { digits: digits * 10n ** BigInt(-places), places: 0 }
}

export function numberOfDecimal({ digits, places }: Decimal): number {
  return Number(`${digits}e-${places}`)
}

export function sumOf(a: Decimal, b: Decimal): Decimal {
  const places = Math.max(a.places, b.places)
  return { digits: scaled(a, places) + scaled(b, places), places }
}

/** Errors: TemplateError where it has too many digits. */
export function productOf(a: Decimal, b: Decimal): Decimal {
  const product = { digits: a.digits * b.digits, places: a.places + b.places }
  if (product.places > maxDigits || absolute(product.digits) > largest)
    throw new TemplateError(`a product of more than ${maxDigits} digits`)
  return product
}

/** A half is rounded away from zero. Errors: TemplateError for 0. */
export function quotientOf(a: Decimal, b: Decimal): Decimal {
  if (b.digits === 0n) throw new TemplateError('decimal division by 0')
  const places = Math.max(a.places, b.places)
  const [over, under] = [scaled(a, places) * 10n ** BigInt(divisionPlaces), scaled(b, places)]
  const [whole, rest] = [over / under, over % under]
  const isNegative = over < 0n !== under < 0n
  const up = absolute(rest) * 2n >= absolute(under) ? (isNegative ? -1n : 1n) : 0n
  return { digits: whole + up, places: divisionPlaces }
}

function scaled({ digits, places }: Decimal, to: number): bigint {
  return digits * 10n ** BigInt(to - places)
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value
}
