import { endOfDigits } from './digits.ts'

/** Digits of a number that are kept: 10 of seconds, 9 of nanoseconds, and what may lie between. */
const mostDigits = 40
/** Seconds of fewer digits lie before 1973, and are more often a duration. */
const leastWhole = 9
const mostWhole = 19

/**
 * Reads a number as the time since 1970, in seconds, milliseconds, microseconds or nanoseconds by how many digits stand
 * before its point, with a fraction or an exponent or without: `1795885646`, `1795885646123`, `1.795885646123e9`.
 */
export class EpochReader {
  seconds = 0
  nanos = 0
  readonly #digits = new Uint8Array(mostDigits)
  #count = 0

  /** The number must fill the range. Negative ones and those far from any date are no times. */
  read(bytes: Buffer, start: number, end: number): boolean {
    const whole = this.#collect(bytes, start, end)
    if (!(whole >= leastWhole && whole <= mostWhole) || this.#digits[0] === 0) return false
    const unit = whole <= 11 ? 0 : whole <= 14 ? 3 : whole <= 17 ? 6 : 9
    this.seconds = this.#number(0, whole - unit)
    this.nanos = this.#number(whole - unit, whole - unit + 9)
    return true
  }

  /** Answers how many of the digits stand before the point, the exponent taken in; -1 where it is no such number. */
  #collect(bytes: Buffer, start: number, end: number): number {
    const point = endOfDigits(bytes, start, end)
    if (point === start) return -1
    this.#count = 0
    this.#keep(bytes, start, point)
    let at = point
    if (at < end && bytes[at] === 0x2e) {
      at = endOfDigits(bytes, point + 1, end)
      if (at === point + 1) return -1
      this.#keep(bytes, point + 1, at)
    }
    if (at === end) return point - start
    return point - start + exponentOf(bytes, at, end)
  }

  #keep(bytes: Buffer, start: number, end: number): void {
    const stop = Math.min(end, start + mostDigits - this.#count)
    for (let i = start; i < stop; i++) this.#digits[this.#count++] = (bytes[i] as number) - 0x30
  }

  /** The number that the digits of a range make; beyond the last one there are zeros. */
  #number(from: number, to: number): number {
    let value = 0
    for (let i = from; i < to; i++) value = value * 10 + (i < this.#count ? (this.#digits[i] as number) : 0)
    return value
  }
}

/** `e9`, `E+09`, `e-3`; NaN for anything else. More than two digits lead nowhere near a date. */
function exponentOf(bytes: Buffer, at: number, end: number): number {
  if (((bytes[at] as number) | 0x20) !== 0x65) return Number.NaN
  const isSigned = bytes[at + 1] === 0x2b || bytes[at + 1] === 0x2d
  const from = at + (isSigned ? 2 : 1)
  const stop = endOfDigits(bytes, from, end)
  if (stop === from || stop !== end || stop - from > 2) return Number.NaN
  let value = 0
  for (let i = from; i < stop; i++) value = value * 10 + (bytes[i] as number) - 0x30
  return bytes[at + 1] === 0x2d ? -value : value
}
