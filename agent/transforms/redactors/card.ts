import { alphanumeric, byteClass, digits, isAt, mayBegin, type Redactor } from './redactor.ts'

const fewestDigits = 13
const mostDigits = 19
const uuidLength = 36
const uuidHyphens = [8, 13, 18, 23]
/** Where a UUID's groups begin. */
const uuidGroups = [0, 9, 14, 19, 24]
const hexDigits = byteClass('0-9', 'a-f', 'A-F')
const separators = byteClass(' -')
const parts = byteClass('0-9', ' -')

/** First digits and numbers of digits of the networks' cards. Source: ISO/IEC 7812-1 and the networks' published ranges. */
const forms: readonly (readonly [from: number, to: number, lengths: readonly number[]])[] = [
  [2221, 2720, [16]],
  [3000, 3059, [14, 16]],
  [3400, 3499, [15]],
  [3528, 3589, [16, 17, 18, 19]],
  [3600, 3699, [14, 16]],
  [3700, 3799, [15]],
  [3800, 3999, [14, 16]],
  [4000, 4999, [13, 16, 19]],
  [5000, 5099, [16, 18, 19]],
  [5100, 5599, [16]],
  [5600, 5899, [16, 18, 19]],
  [6000, 6999, [16, 17, 18, 19]],
]

/**
 * Numbers of payment cards: so many digits as the network of the first ones has, with single spaces or hyphens between
 * them or none, the last of them right by Luhn's formula, and not part of a longer word or number.
 */
export class CardRedactor implements Redactor {
  readonly kind = 'card'
  readonly triggers = []
  readonly seesParts = true
  matchStart = 0
  matchEnd = 0
  readonly #digits = new Uint8Array(mostDigits)
  #count = 0

  /** Thirteen digits and what is between them are no shorter than the step: none is stepped over. */
  mayHold(bytes: Buffer, start: number, end: number): boolean {
    let seen = start
    for (let at = start + fewestDigits - 1; at < end; at += fewestDigits) {
      if (parts[bytes[at] as number] !== 1) continue
      let first = at
      while (first > seen && parts[bytes[first - 1] as number] === 1) first--
      let count = 0
      for (at = first; at < end && parts[bytes[at] as number] === 1; at++)
        if (digits[bytes[at] as number] === 1 && ++count >= fewestDigits) return true
      seen = at
    }
    return false
  }

  find(bytes: Buffer, start: number, from: number, end: number): boolean {
    for (let at = from; at + fewestDigits <= end; ) {
      if (digits[bytes[at] as number] !== 1) {
        at++
        continue
      }
      const isStart = mayBegin(bytes, at, start) && !isDecimal(bytes, at, start)
      if (isStart && this.#at(bytes, at, start, end)) return true
      while (at < end && digits[bytes[at] as number] === 1) at++
    }
    return false
  }

  normal(match: string): string {
    return match.replaceAll(/\D/g, '')
  }

  /** Looks for a card from a first digit on: groups of digits are taken as long as there are not too many. */
  #at(bytes: Buffer, first: number, start: number, end: number): boolean {
    this.#count = 0
    for (let at = first; at < end; ) {
      while (at < end && digits[bytes[at] as number] === 1) {
        if (this.#count === mostDigits) return false
        this.#digits[this.#count++] = (bytes[at++] as number) - 0x30
      }
      if (this.#endsAt(bytes, first, at, start, end)) {
        this.matchStart = first
        this.matchEnd = at
        return true
      }
      if (!isAt(separators, bytes, at, start, end) || !isAt(digits, bytes, at + 1, start, end)) return false
      at++
    }
    return false
  }

  #endsAt(bytes: Buffer, first: number, at: number, start: number, end: number): boolean {
    if (!this.#isCard() || isAt(alphanumeric, bytes, at, start, end) || goesOn(bytes, at, end)) return false
    return !isInUuid(bytes, first, start, end)
  }

  #isCard(): boolean {
    const count = this.#count
    if (count < fewestDigits) return false
    const [a = 0, b = 0, c = 0, d = 0] = this.#digits
    const prefix = a * 1000 + b * 100 + c * 10 + d
    const form = forms.find(([low, high]) => prefix >= low && prefix <= high)
    return form?.[2].includes(count) === true && this.#isLuhn()
  }

  #isLuhn(): boolean {
    let sum = 0
    for (let i = 0; i < this.#count; i++) {
      const digit = this.#digits[this.#count - 1 - i] as number
      const doubled = digit * 2
      sum += i % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled
    }
    return sum % 10 === 0
  }
}

/** The digits behind a decimal point. */
function isDecimal(bytes: Buffer, at: number, start: number): boolean {
  return at - 2 >= start && bytes[at - 1] === 0x2e && digits[bytes[at - 2] as number] === 1
}

/** A number with a fraction. */
function goesOn(bytes: Buffer, at: number, end: number): boolean {
  return at + 1 < end && bytes[at] === 0x2e && digits[bytes[at + 1] as number] === 1
}

/** Groups of a UUID may look like a card's: all of its digits are one word. Source: RFC 9562 section 4. */
function isInUuid(bytes: Buffer, first: number, start: number, end: number): boolean {
  return uuidGroups.some(group => {
    const from = first - group
    return from >= start && from + uuidLength <= end && isUuid(bytes, from)
  })
}

function isUuid(bytes: Buffer, from: number): boolean {
  for (let i = 0; i < uuidLength; i++) {
    const isHyphen = bytes[from + i] === 0x2d
    if (uuidHyphens.includes(i) ? !isHyphen : hexDigits[bytes[from + i] as number] !== 1) return false
  }
  return true
}
