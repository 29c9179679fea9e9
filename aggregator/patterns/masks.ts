import { byteClasses, classOf } from './classes.ts'

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

const uuidLength = 36
/** `v1`, `h2`: a name, not a number. */
const maxNameLength = 3

/** What a byte is inside of a word with digits; from `dot` on those that only join. */
const shapes = { none: 0, digit: 1, hex: 2, letter: 3, dot: 4, colon: 5, dash: 6, plus: 7 } as const
const joints: readonly number[] = ['.', ':', '-', '+'].map(sign => sign.charCodeAt(0))
const shapeOf = Uint8Array.from({ length: 256 }, (_, byte) => {
  const lower = byte | 0x20
  if (classOf[byte] === byteClasses.digit) return shapes.digit
  if (classOf[byte] === byteClasses.letter)
    return lower >= 0x61 && lower <= 0x66 && byte < 0x80 ? shapes.hex : shapes.letter
  const joint = joints.indexOf(byte)
  return joint < 0 ? shapes.none : shapes.dot + joint
})

/** A word with digits, and whatever belongs to it: `10.0.0.7:80`, `2026-01-31T00:00:00Z`, `1.5ms`. Filled again for each. */
export class NumericToken {
  end = 0
  mask: Mask | undefined = undefined
  /** Bytes of each shape. */
  readonly #counts = new Int32Array(8)

  /** Reads from the word's first byte on. `mask` is undefined where it is a name that stays. */
  read(bytes: Buffer, start: number, limit: number): void {
    const counts = this.#counts
    for (let i = 0; i < 8; i++) counts[i] = 0
    let at = start
    for (; at < limit; at++) {
      const shape = shapeOf[bytes[at] as number] as number
      const isIn = shape < shapes.dot ? shape !== shapes.none : this.#joins(shape, bytes, at, limit)
      if (!isIn) break
      counts[shape] = (counts[shape] as number) + 1
    }
    this.end = at
    this.mask = this.#maskOf(bytes, start)
  }

  /** Between two parts alone; a plus only before the zone of a time, `+01:00`. */
  #joins(shape: number, bytes: Buffer, at: number, limit: number): boolean {
    if (at + 1 >= limit || (shape === shapes.plus && this.#count('colon') === 0)) return false
    const next = shapeOf[bytes[at + 1] as number] as number
    return next !== shapes.none && next < shapes.dot
  }

  #count(shape: keyof typeof shapes): number {
    return this.#counts[shapes[shape]] as number
  }

  #maskOf(bytes: Buffer, start: number): Mask | undefined {
    const length = this.end - start
    const letters = this.#count('letter')
    const [dots, colons, dashes] = [this.#count('dot'), this.#count('colon'), this.#count('dash')]
    if (letters + this.#count('hex') === 0) return maskOfDigits(dots, colons, dashes)
    const isNumberFirst = classOf[bytes[start] as number] === byteClasses.digit
    const isName = this.#count('digit') === 1 && length <= maxNameLength && !isNumberFirst
    if (isName && dots + colons + dashes === 0) return undefined
    if (this.#isTime()) return 'time'
    if (dashes === 4 && length === uuidLength && letters === 0) return 'id'
    if (colons >= 2 && letters === 0 && dashes === 0) return 'ip'
    return colons + dashes === 0 && isNumberFirst ? unitMask(bytes, start, this.end) : 'id'
  }

  /** A date with the letters of a time in it, `T` and `Z`. */
  #isTime(): boolean {
    const letters = this.#count('letter') + this.#count('hex')
    return this.#count('colon') >= 1 && this.#count('dash') >= 2 && letters <= 2 && this.#count('digit') >= 10
  }
}

function maskOfDigits(dots: number, colons: number, dashes: number): Mask {
  if (dots === 3) return 'ip'
  if (colons > 0 || dashes === 2) return colons === 1 && dots === 0 ? 'num' : 'time'
  return dashes > 0 ? 'id' : 'num'
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
  return byte === 0x2e || classOf[byte] === byteClasses.digit
}

function isLetter(byte: number): boolean {
  return classOf[byte] === byteClasses.letter
}
