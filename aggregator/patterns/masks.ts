import { byteClasses, classOf, isAlphanumeric } from './classes.ts'

/** What stands in a template where messages differ. */
export const masks = {
  num: '<num>',
  id: '<id>',
  ip: '<ip>',
  time: '<time>',
  duration: '<duration>',
  size: '<size>',
  quoted: '<quoted>',
} as const
export type Mask = keyof typeof masks

const dot = 0x2e
const colon = 0x3a
const dash = 0x2d
const plus = 0x2b
const uuidLength = 36
/** `v1`, `h2`: a name, not a number. */
const maxNameLength = 3

/** A word with digits, and whatever belongs to it: `10.0.0.7:80`, `2026-01-31T00:00:00Z`, `1.5ms`. Filled again for each. */
export class NumericToken {
  end = 0
  mask: Mask | undefined = undefined
  #digits = 0
  #hex = 0
  #letters = 0
  #dots = 0
  #colons = 0
  #dashes = 0

  /** Reads from the word's first byte on. `mask` is undefined where it is a name that stays. */
  read(bytes: Buffer, start: number, limit: number): void {
    this.#digits = this.#hex = this.#letters = this.#dots = this.#colons = this.#dashes = 0
    let at = start
    for (; at < limit; at++) {
      const byte = bytes[at] as number
      if (isAlphanumeric(byte)) this.#count(byte)
      else if (!this.#joins(byte, at + 1 < limit ? bytes[at + 1] : undefined)) break
    }
    this.end = at
    this.mask = this.#maskOf(bytes, start)
  }

  #count(byte: number): void {
    const lower = byte | 0x20
    if (classOf[byte] === 2) this.#digits++
    else if (lower >= 0x61 && lower <= 0x66) this.#hex++
    else this.#letters++
  }

  #joins(byte: number, next: number | undefined): boolean {
    if (!isAlphanumeric(next)) return false
    if (byte === dot) this.#dots++
    else if (byte === colon) this.#colons++
    else if (byte === dash) this.#dashes++
    else return byte === plus && this.#colons > 0
    return true
  }

  #maskOf(bytes: Buffer, start: number): Mask | undefined {
    const length = this.end - start
    const isPlain = this.#dots + this.#colons + this.#dashes === 0
    if (isPlain && this.#digits === 1 && length <= maxNameLength && classOf[bytes[start] as number] === 1)
      return undefined
    if (this.#hex + this.#letters === 0) return this.#maskOfDigits()
    if (this.#isTime()) return 'time'
    if (this.#dashes === 4 && length === uuidLength && this.#letters === 0) return 'id'
    if (this.#colons >= 2 && this.#letters === 0 && this.#dashes === 0) return 'ip'
    if (this.#colons + this.#dashes === 0 && classOf[bytes[start] as number] === 2)
      return unitMask(bytes, start, this.end)
    return 'id'
  }

  #maskOfDigits(): Mask {
    if (this.#dots === 3) return 'ip'
    if (this.#colons > 0 || this.#dashes === 2) return this.#colons === 1 && this.#dots === 0 ? 'num' : 'time'
    return this.#dashes > 0 ? 'id' : 'num'
  }

  /** A date with the letters of a time in it, `T` and `Z`. */
  #isTime(): boolean {
    return this.#colons >= 1 && this.#dashes >= 2 && this.#letters + this.#hex <= 2 && this.#digits >= 10
  }
}

const durations: ReadonlySet<string> = new Set(['ns', 'us', 'µs', 'ms', 's', 'm', 'h', 'd', 'min', 'sec'])
const sizes: ReadonlySet<string> = new Set(
  ['', 'k', 'm', 'g', 't', 'ki', 'mi', 'gi', 'ti'].map(prefix => `${prefix}b`).concat('k', 'ki', 'mi', 'gi'),
)
const maxUnitLength = 4

/** Number and unit in one word, as in 1.5ms, 1h30m, 10KiB. */
function unitMask(bytes: Buffer, start: number, end: number): Mask {
  let unit = ''
  for (let at = start; at < end; ) {
    const unitStart = skip(bytes, at, end, isOfNumber)
    const unitEnd = skip(bytes, unitStart, end, isLetter)
    if (unitStart === at || unitEnd === unitStart || unitEnd - unitStart > maxUnitLength) return 'id'
    unit = bytes.toString('utf8', unitStart, unitEnd)
    at = unitEnd
    if (!durations.has(unit) && (at < end || !sizes.has(unit.toLowerCase()))) return 'id'
  }
  return durations.has(unit) ? 'duration' : 'size'
}

function skip(bytes: Buffer, from: number, end: number, isOne: (byte: number) => boolean): number {
  let at = from
  while (at < end && isOne(bytes[at] as number)) at++
  return at
}

function isOfNumber(byte: number): boolean {
  return byte === dot || classOf[byte] === byteClasses.digit
}

function isLetter(byte: number): boolean {
  return classOf[byte] === byteClasses.letter
}
