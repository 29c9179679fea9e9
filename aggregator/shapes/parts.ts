import type { ByteSink } from '../native/bytes.ts'

/**
 * How a shape is written. Its pieces are separated by NUL: first the order, then the texts around the values. The order has
 * one character for each piece, each special, each part of the rest and each attribute's value, in this turn: its place in
 * the line, or `hidden`. Whoever sorts those by it and joins what is not hidden has the line. `Body` in
 * store/migrations/0001_logs.sql says it in SQL. The last piece has the keys of all attributes, each behind a sign of what
 * its value is like: so the shapes alone tell which attributes may hold a text (query/line-shapes.ts).
 */
export const separator = 0
export const hidden = 0x7e
/** Between the keys of the last piece. */
export const keySeparator = 1
/** Before a key: whether there is a space in its value. */
export const valueKinds = { spaced: 0x20, plain: 0x2d } as const
/** The place of the first text; those of values and texts alternate from here on. */
const firstPlace = 0x23
/** Values in a shape; the places of more would not fit between `firstPlace` and `hidden`. */
export const maxPlaced = 44
/** Texts around values are keys and signs, so they are short; the keys of the attributes come on top. */
export const maxShapeBytes = 2048

/** Values that stand in columns of their own. The order is that in `Body` of store/migrations/0001_logs.sql. */
export const specials = {
  date: 0,
  time: 1,
  millis: 2,
  micros: 3,
  nanos: 4,
  severity: 5,
  traceId: 6,
  spanId: 7,
  message: 8,
} as const
export const specialCount = 9

/** Where a value was found in the line. */
export const placedKinds = { special: 0, rest: 1, attribute: 2 } as const

/** The values of one line in the order in which they stand in it. Kept and filled again for each line. */
export class PlacedValues {
  count = 0
  readonly starts = new Int32Array(maxPlaced)
  readonly ends = new Int32Array(maxPlaced)
  readonly kinds = new Uint8Array(maxPlaced)
  readonly numbers = new Uint8Array(maxPlaced)
  #restCount = 0

  get restCount(): number {
    return this.#restCount
  }

  clear(): void {
    this.count = 0
    this.#restCount = 0
  }

  /** False where there are too many. */
  add(kind: number, number: number, start: number, end: number): boolean {
    if (this.count === maxPlaced) return false
    this.starts[this.count] = start
    this.ends[this.count] = end
    this.kinds[this.count] = kind
    this.numbers[this.count] = kind === placedKinds.rest ? this.#restCount++ : number
    this.count++
    return true
  }

  /** Writes the shape of a line with so many attributes, and what of it stands in no column. */
  write(line: Buffer, start: number, end: number, attributes: number, shape: ByteSink, rest: ByteSink): void {
    this.#writeOrder(attributes, shape)
    let at = start
    for (let i = 0; i < this.count; i++) {
      const from = this.starts[i] as number
      const to = this.ends[i] as number
      shape.byte(separator)
      shape.copy(line, at, from)
      if (this.kinds[i] === placedKinds.rest) {
        if (this.numbers[i] !== 0) rest.byte(separator)
        rest.copy(line, from, to)
      }
      at = to
    }
    shape.byte(separator)
    shape.copy(line, at, end)
  }

  #writeOrder(attributes: number, shape: ByteSink): void {
    // the texts and the keys
    const pieces = this.count + 2
    // a rest of no parts is one empty text
    const rests = Math.max(1, this.#restCount)
    const first = shape.length
    const length = 1 + pieces + specialCount + rests + attributes
    shape.ensure(length)
    shape.length += length
    const { bytes } = shape
    bytes.fill(hidden, first, first + length)
    // the order is the first of the pieces and stays hidden
    for (let i = 0; i <= this.count; i++) bytes[first + 1 + i] = firstPlace + 2 * i
    const specialsAt = first + 1 + pieces
    const firsts = [specialsAt, specialsAt + specialCount, specialsAt + specialCount + rests] as const
    for (let i = 0; i < this.count; i++) {
      const base = firsts[this.kinds[i] as 0 | 1 | 2]
      bytes[base + (this.numbers[i] as number)] = firstPlace + 2 * i + 1
    }
  }
}
