import { type WireWriter, writeAnyValue } from '../../lib/otlp/index.ts'
import { isDigit } from '../records/bytes.ts'

export const kindInteger = 1
export const kindDouble = 2
/** An integer of more digits than a number keeps, in `big`. */
export const kindBig = 3
/** A number that as 64 bits or a double would not be written as it was, 1.10 or 1e400: it is kept as text. */
export const kindDigits = 4

/** So many digits a double keeps, whatever they are. */
const exactDigits = 15
/** Powers of ten up to here are exact, so that one operation with them rounds once. */
const exactPower = 22
const powers = Array.from({ length: exactPower + 1 }, (_, i) => 10 ** i)
/** Smaller ones are shown with an exponent. */
const leastPlain = 1e-6
/** A sign and 19 digits: what longer ones are does not fit into 64 bits. */
const longestInteger = 20

/**
 * Reads a number of JSON without losing a digit, or the way in which it is written. Most cost no string; guarded by the agent's benchmark. By the grammar
 * of RFC 8259: `-? (0 | [1-9] digits) (. digits)? ([eE] [+-]? digits)?`; and what Python writes besides, `NaN`, `Infinity`
 * and `-Infinity`, which stay texts.
 */
export class JsonNumber {
  end = 0
  kind = kindInteger
  value = 0
  big = 0n
  /** All digits before the exponent as one number, while there are few of them, and how many count. */
  #mantissa = 0
  #count = 0
  #scale = 0

  /** False where no number stands at `start`. */
  read(bytes: Buffer, start: number, end: number): boolean {
    const isNegative = bytes[start] === 0x2d
    const first = isNegative ? start + 1 : start
    this.#mantissa = 0
    this.#count = 0
    const stop = this.#digits(bytes, first, end)
    const length = stop - first
    if (length === 0) return this.#word(bytes, first, end, isNegative)
    if (length > 1 && bytes[first] === 0x30) return false
    this.end = stop
    const next = stop < end ? bytes[stop] : undefined
    if (next === 0x2e || next === 0x65 || next === 0x45) return this.#fraction(bytes, start, stop, end)
    if (this.#count > exactDigits) this.#long(bytes, start)
    else {
      this.kind = isNegative && this.#mantissa === 0 ? kindDigits : kindInteger
      this.value = isNegative ? -this.#mantissa : this.#mantissa
    }
    return true
  }

  #word(bytes: Buffer, first: number, end: number, isNegative: boolean): boolean {
    const word = bytes[first] === 0x49 ? 'Infinity' : isNegative ? '' : 'NaN'
    this.end = first + word.length
    this.kind = kindDigits
    this.value = Number.NaN
    return word !== '' && this.end <= end && bytes.toString('latin1', first, this.end) === word
  }

  /** Writes what was read at `start` as the fields of an AnyValue. */
  writeAnyValue(out: WireWriter, bytes: Buffer, start: number): void {
    if (this.kind === kindDigits) out.copy(1, bytes, start, this.end)
    else if (this.kind === kindBig) writeAnyValue(out, this.big)
    else if (this.kind === kindInteger) writeAnyValue(out, this.value)
    else {
      out.tag(4, 1)
      out.double(this.value)
    }
  }

  /** Takes digits into the mantissa; zeros before the first other digit do not count. Answers where they end. */
  #digits(bytes: Buffer, from: number, end: number): number {
    let at = from
    for (; at < end; at++) {
      const digit = (bytes[at] as number) - 0x30
      if (digit < 0 || digit > 9) break
      this.#mantissa = this.#mantissa * 10 + digit
      if (this.#mantissa > 0) this.#count++
    }
    return at
  }

  #long(bytes: Buffer, start: number): void {
    const text = bytes.toString('latin1', start, this.end)
    if (text.length <= longestInteger) {
      this.big = BigInt(text)
      this.value = Number(text)
      this.kind = kindBig
      if (BigInt.asIntN(64, this.big) === this.big) return
    }
    this.#inexact(text)
  }

  #fraction(bytes: Buffer, start: number, stop: number, end: number): boolean {
    this.#scale = 0
    if (bytes[stop] === 0x2e) {
      this.end = this.#digits(bytes, stop + 1, end)
      this.#scale = stop + 1 - this.end
      if (this.end === stop + 1) return false
    }
    if (!this.#exponent(bytes, end)) return false
    this.kind = kindDouble
    const scale = this.#scale
    if (this.#count <= exactDigits && scale <= exactPower && scale >= -exactPower) {
      const power = powers[Math.abs(scale)] as number
      const value = scale < 0 ? this.#mantissa / power : this.#mantissa * power
      this.value = bytes[start] === 0x2d ? -value : value
      if (this.#isShortest(bytes, stop, value)) return true
    }
    this.#inexact(bytes.toString('latin1', start, this.end))
    return true
  }

  /** Whether a number is written as it is shown: by the digits that it takes, and without an exponent. */
  #isShortest(bytes: Buffer, dot: number, value: number): boolean {
    const last = bytes[this.end - 1]
    return value >= leastPlain && last !== 0x30 && bytes[dot] === 0x2e && this.#scale === dot + 1 - this.end
  }

  #exponent(bytes: Buffer, end: number): boolean {
    const at = this.end
    if (at >= end || ((bytes[at] as number) | 0x20) !== 0x65) return true
    const sign = bytes[at + 1]
    const from = sign === 0x2b || sign === 0x2d ? at + 2 : at + 1
    let exponent = 0
    let stop = from
    // beyond any double it makes no difference by how much
    for (; stop < end && isDigit(bytes[stop]); stop++)
      exponent = Math.min(exponent * 10 + (bytes[stop] as number) - 0x30, 9999)
    this.#scale += sign === 0x2d ? -exponent : exponent
    this.end = stop
    return stop > from
  }

  #inexact(text: string): void {
    this.value = Number(text)
    this.kind = String(this.value) === text ? kindDouble : kindDigits
  }
}
