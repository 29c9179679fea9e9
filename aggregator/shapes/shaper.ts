import { ByteSink } from '../native/bytes.ts'
import type { MapColumn } from '../native/map.ts'
import {
  keySeparator,
  valueKinds as kindsOfValues,
  maxShapeBytes,
  PlacedValues,
  placedKinds,
  separator,
  specials,
} from './parts.ts'
import { LineTemplate, RowKeys } from './template.ts'
import { LineTemplates } from './templates.ts'
import { RowValues } from './values.ts'
import { isWordByte } from './word-bytes.ts'

const quote = 0x22
const letterT = 0x54
const colon = 0x3a
const equals = 0x3d
const maxKeyBytes = 64
/** Digits that a key may have: those of texts that differ from line to line have more. */
const maxKeyDigits = 2
/** A line longer than this is kept whole. */
const maxLineBytes = 65_536
/** A shape must save so much. */
const minFoundBytes = 8

/**
 * Takes a line apart into its shape (keys and signs), the values that the row's columns have anyway, and the rest: values
 * that stand in no column as they are written. Putting it together gives the exact line, since every part is cut out of it.
 * Lines mostly have the form of one before in the block, which is tried first. So the same lines in the same order give the
 * same shapes. Guarded by the bench of the aggregator.
 */
export class LineShaper {
  readonly values = new RowValues()
  /** What `take` made of the line. */
  readonly shape = new ByteSink(maxShapeBytes)
  readonly rest = new ByteSink()
  /** The form that the line has, where `take` knew it: then `shape` and `rest` are not set, and the rest is empty. */
  known: LineTemplate | undefined
  readonly #placed = new PlacedValues()
  readonly #keys = new RowKeys()
  readonly #templates = new LineTemplates()
  #restStart = -1
  #restEnd = -1
  #foundBytes = 0
  #isInWord = false
  /** More values than a shape has places for. */
  #isFull = false

  /** False for a line that is better kept whole. */
  take(line: Buffer, start: number, end: number, attributes: MapColumn): boolean {
    if (end - start > maxLineBytes) return false
    this.#keys.set(attributes, this.values)
    this.known = this.#knownForm(line, start, end)
    if (this.known !== undefined) return true
    if (!this.#walk(line, start, end) || this.#foundBytes < minFoundBytes) return false
    this.shape.truncate(0)
    this.rest.truncate(0)
    this.#placed.write(line, start, end, this.values.count, this.shape, this.rest)
    return this.#writeKeys(attributes) && this.shape.length <= maxShapeBytes
  }

  /** Keeps the form of the line just taken for those behind it; `place` is that of its shape in the dictionary of the block. */
  remember(line: Buffer, start: number, end: number, place: number): void {
    if (this.#placed.restCount > 0) return
    this.#templates.add(this.#keys.hash, new LineTemplate(this.#placed, this.#keys, line, start, end, place))
  }

  /** A block ends. */
  clear(): void {
    this.known = undefined
    this.#templates.clear()
  }

  #knownForm(line: Buffer, start: number, end: number): LineTemplate | undefined {
    for (const template of this.#templates.of(this.#keys.hash)) {
      if (!template.hasKeys(this.#keys)) continue
      if (template.foundBytes(line, start, end, this.values) >= minFoundBytes) return template
    }
    return undefined
  }

  /** False where a key has a sign of the shape's own in it. */
  #writeKeys(attributes: MapColumn): boolean {
    const { shape } = this
    const keys = this.#keys
    shape.byte(separator)
    for (let i = 0; i < keys.count; i++) {
      if (i > 0) shape.byte(keySeparator)
      shape.byte((keys.keys[i] as number) % 2 === 1 ? kindsOfValues.spaced : kindsOfValues.plain)
      const start = shape.length
      attributes.copyLastKey(i, shape)
      for (let at = start; at < shape.length; at++)
        if ((shape.bytes[at] as number) <= keySeparator) return false
    }
    return true
  }

  /** From word to word: each is, or begins, a value, a key, or a part of the rest. */
  #walk(line: Buffer, start: number, end: number): boolean {
    this.#placed.clear()
    this.#restStart = -1
    this.#foundBytes = 0
    this.#isInWord = false
    this.#isFull = false
    for (let at = start; at < end && !this.#isFull; ) {
      const byte = line[at] as number
      if (byte === 0) return false
      const isWord = isWordByte(byte)
      if (isWord && this.#isInWord) at++
      else at = this.#part(line, at, end, isWord)
    }
    this.#closeRest()
    return !this.#isFull
  }

  /** What begins here, where no word goes on; returns where it ends. */
  #part(line: Buffer, at: number, end: number, isWord: boolean): number {
    const { values } = this
    const to = values.matchAt(line, at, end)
    if (to >= 0) {
      this.#addValue(at, to)
      // the time after `2026-01-01T` stands in a word and is a value all the same
      const isDate = values.isSpecial && values.found === specials.date && line[to] === letterT
      this.#isInWord = !isDate && isWordByte(line[to - 1] as number)
      return isDate ? to + 1 : to
    }
    this.#isInWord = isWord
    return isWord ? this.#word(line, at, end) : at + 1
  }

  #addValue(at: number, to: number): void {
    const { values } = this
    this.#closeRest()
    this.#foundBytes += to - at
    const kind = values.isSpecial ? placedKinds.special : placedKinds.attribute
    if (!this.#placed.add(kind, values.found, at, to)) this.#isFull = true
  }

  /** A word that is no value: of a key or of the rest. Returns where it ends. */
  #word(line: Buffer, at: number, end: number): number {
    const keyEnd = endOfKey(line, at, end)
    if (keyEnd >= 0) {
      this.#closeRest()
      return keyEnd
    }
    let to = at + 1
    while (to < end && isWordByte(line[to] as number)) to++
    if (this.#restStart < 0) this.#restStart = at
    this.#restEnd = to
    return to
  }

  #closeRest(): void {
    if (this.#restStart < 0) return
    if (!this.#placed.add(placedKinds.rest, 0, this.#restStart, this.#restEnd)) this.#isFull = true
    this.#restStart = -1
  }
}

/** Where a key ends: what stands before `":` or `=`. -1 where there is none. */
function endOfKey(line: Buffer, at: number, end: number): number {
  let digits = 0
  const last = Math.min(end, at + maxKeyBytes)
  for (let i = at; i < last; i++) {
    const byte = line[i] as number
    if (byte === equals) return i
    if (byte === quote) return line[i + 1] === colon && i + 1 < end ? i : -1
    if (!isKeyByte(byte)) return -1
    if (byte >= 0x30 && byte <= 0x39 && ++digits > maxKeyDigits) return -1
  }
  return -1
}

function isKeyByte(byte: number): boolean {
  // letters, digits, and - . / _ @
  return isWordByte(byte) || (byte >= 0x2d && byte <= 0x2f) || byte === 0x5f || byte === 0x40
}
