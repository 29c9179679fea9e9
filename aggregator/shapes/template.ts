import type { MapColumn } from '../native/map.ts'
import { maxPlaced, type PlacedValues, placedKinds } from './parts.ts'
import type { RowValues } from './values.ts'

/** The keys of a row's attributes, and of which the value has a space in it: what the last piece of a shape says. */
export class RowKeys {
  count = 0
  /** Twice the key's place in the dictionary, and 1 where the value has a space. */
  readonly keys = new Uint32Array(maxPlaced)
  hash = 0

  set(attributes: MapColumn, values: RowValues): void {
    this.count = values.count
    let hash = this.count
    for (let i = 0; i < this.count; i++) {
      const key = attributes.lastKeyPlace(i) * 2 + (values.hasSpace(i) ? 1 : 0)
      this.keys[i] = key
      hash = (Math.imul(hash, 31) + key) | 0
    }
    this.hash = hash
  }
}

/**
 * How the values of a line stood in it, to find those of a line of the same form without looking for each. The texts
 * between the values are kept, so that only a line with exactly those fits.
 */
export class LineTemplate {
  readonly #count: number
  readonly #isSpecial: Uint8Array
  readonly #numbers: Uint8Array
  readonly #texts: Buffer
  /** Where the text before each value ends in `#texts`; the last is that behind all. */
  readonly #textEnds: Uint16Array
  readonly #keys: Uint32Array
  /** Place of its shape in the dictionary of the block. */
  readonly place: number

  /** Of a line that has no rest. */
  constructor(
    placed: PlacedValues,
    { keys, count: keyCount }: RowKeys,
    line: Buffer,
    start: number,
    end: number,
    place: number,
  ) {
    const { count, starts, ends, kinds, numbers } = placed
    this.#count = count
    this.#isSpecial = Uint8Array.from(kinds.subarray(0, count), kind =>
      kind === placedKinds.special ? 1 : 0,
    )
    this.#numbers = numbers.slice(0, count)
    const befores = [start, ...ends.subarray(0, count)]
    const texts = befores.map((from, i) => line.subarray(from, i < count ? starts[i] : end))
    this.#texts = Buffer.concat(texts)
    let length = 0
    this.#textEnds = Uint16Array.from(texts, text => (length += text.length))
    this.#keys = keys.slice(0, keyCount)
    this.place = place
  }

  hasKeys({ keys, count }: RowKeys): boolean {
    if (this.#keys.length !== count) return false
    for (let i = 0; i < count; i++) if (this.#keys[i] !== keys[i]) return false
    return true
  }

  /** Bytes of the values where the line has this form; -1 where it has another. */
  foundBytes(line: Buffer, start: number, end: number, values: RowValues): number {
    let at = start
    let text = 0
    let found = 0
    for (let i = 0; i < this.#count; i++) {
      const textEnd = this.#textEnds[i] as number
      for (; text < textEnd; text++, at++) if (line[at] !== this.#texts[text]) return -1
      const to = values.endAt(this.#isSpecial[i] === 1, this.#numbers[i] as number, line, at, end)
      if (to < 0) return -1
      found += to - at
      at = to
    }
    if (end - at !== this.#texts.length - text) return -1
    for (; at < end; text++, at++) if (line[at] !== this.#texts[text]) return -1
    return found
  }
}
