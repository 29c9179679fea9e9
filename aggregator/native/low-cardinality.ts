import type { BlockOutput, Column } from './column.ts'
import { Dictionary } from './dictionary.ts'
import { grown } from './grown.ts'

/** Version of the keys' serialization: shared dictionaries with additional keys. */
const keyVersion = 1
/** The block brings its own keys, and they are all that its rows point at. */
const hasAdditionalKeys = 1 << 9
const needUpdateDictionary = 1 << 10

/** Strings compared before the dictionary is asked. */
const recentStrings = 4

/** LowCardinality(String): a dictionary, and one place in it per row. */
export class LowCardinalityColumn implements Column {
  readonly type = 'LowCardinality(String)'
  readonly dictionary = new Dictionary()
  rows = 0
  #places = new Uint32Array(256)
  readonly #recent = new Uint32Array(recentStrings)
  #recentCount = 0
  #marked = 0

  get byteLength(): number {
    return this.dictionary.entries.byteLength + this.rows * indexBytes(this.dictionary.size)
  }

  /** Rows tend to repeat one of the last strings, so those are compared first: hashing costs more. */
  push(from: Buffer, start: number, end: number): void {
    this.pushPlace(this.#recentPlace(from, start, end))
  }

  #recentPlace(from: Buffer, start: number, end: number): number {
    const { dictionary } = this
    const known = Math.min(this.#recentCount, this.#recent.length)
    for (let i = 0; i < known; i++) {
      const place = this.#recent[i] as number
      if (dictionary.is(place, from, start, end)) return place
    }
    const place = dictionary.intern(from, start, end)
    this.#recent[this.#recentCount++ % this.#recent.length] = place
    return place
  }

  pushText(text: string): void {
    this.pushPlace(this.dictionary.internText(text))
  }

  /** A place given by the dictionary. */
  pushPlace(place: number): void {
    if (this.rows === this.#places.length) this.#places = grown(this.#places)
    this.#places[this.rows++] = place
  }

  /** Takes a row out; those behind it move up. */
  remove(row: number): void {
    this.#places.copyWithin(row, row + 1, this.rows--)
  }

  /** Place in the dictionary of a row's string. */
  place(row: number): number {
    return this.#places[row] as number
  }

  mark(): void {
    this.#marked = this.rows
  }
  /** Strings that only the dropped rows had stay in the dictionary, which does no harm. */
  rollback(): void {
    this.rows = this.#marked
  }
  clear(): void {
    this.rows = 0
    this.#recentCount = 0
    this.dictionary.clear()
  }

  writePrefix(out: BlockOutput): void {
    out.small.uint64(keyVersion)
  }

  writeData(out: BlockOutput): void {
    if (this.rows === 0) return
    const width = indexBytes(this.dictionary.size)
    out.small.uint64((width === 1 ? 0 : width === 2 ? 1 : 2) | hasAdditionalKeys | needUpdateDictionary)
    out.small.uint64(this.dictionary.size)
    this.dictionary.entries.writeData(out)
    out.small.uint64(this.rows)
    const places = this.#places.subarray(0, this.rows)
    const narrow = width === 1 ? new Uint8Array(places) : width === 2 ? new Uint16Array(places) : places
    out.whole(new Uint8Array(narrow.buffer, narrow.byteOffset, narrow.byteLength))
  }
}

function indexBytes(size: number): 1 | 2 | 4 {
  return size <= 0x100 ? 1 : size <= 0x1_0000 ? 2 : 4
}
