import type { BlockOutput, Column } from './column.ts'
import { Dictionary } from './dictionary.ts'

/** Version of the keys' serialization: shared dictionaries with additional keys. */
const keyVersion = 1
/** The block brings its own keys, and they are all that its rows point at. */
const hasAdditionalKeys = 1 << 9
const needUpdateDictionary = 1 << 10

/** LowCardinality(String): a dictionary, and one place in it per row. */
export class LowCardinalityColumn implements Column {
  readonly type = 'LowCardinality(String)'
  readonly dictionary = new Dictionary()
  rows = 0
  #places = new Uint32Array(256)
  #marked = 0

  get byteLength(): number {
    return this.dictionary.entries.byteLength + this.rows * indexBytes(this.dictionary.size)
  }

  /** Rows tend to repeat what stood in the row before, so that is compared first. */
  push(from: Buffer, start: number, end: number): void {
    const last = this.rows > 0 ? (this.#places[this.rows - 1] as number) : -1
    const same = last >= 0 && this.dictionary.is(last, from, start, end)
    this.pushPlace(same ? last : this.dictionary.intern(from, start, end))
  }

  pushText(text: string): void {
    this.pushPlace(this.dictionary.internText(text))
  }

  /** A place given by the dictionary. */
  pushPlace(place: number): void {
    if (this.rows === this.#places.length) {
      const grown = new Uint32Array(this.#places.length * 2)
      grown.set(this.#places)
      this.#places = grown
    }
    this.#places[this.rows++] = place
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
