import type { ByteSink } from './bytes.ts'
import type { BlockOutput, Column } from './column.ts'
import { UInt64Column } from './fixed.ts'
import { LowCardinalityColumn } from './low-cardinality.ts'
import { StringColumn } from './string.ts'
import { varint, varintEnd } from './varint.ts'

/** Map(LowCardinality(String), String): as an array of pairs, with all keys and all values in a column each. */
export class MapColumn implements Column {
  readonly type = 'Map(LowCardinality(String), String)'
  readonly keys = new LowCardinalityColumn()
  readonly values = new StringColumn()
  readonly #ends = new UInt64Column()
  #rowStart = 0
  #rowStartByte = 0
  #lastStart = 0
  /** Of the row before, the pair whose key is likely to come next. */
  #guess = 0
  /** Place of the key that `moveFirst` moved away last. */
  #moved = -1
  #lastRows = new Uint32Array(256)
  #rowNumber = 1

  get rows(): number {
    return this.#ends.rows
  }
  get byteLength(): number {
    return this.#ends.byteLength + this.keys.byteLength + this.values.byteLength
  }

  /**
   * Pushes a key; its value goes to `values` next. Rows tend to have the keys of the row before in the same order, so
   * those that are likely are compared first. False where the open row has the key already.
   */
  pushKey(from: Buffer, start: number, end: number): boolean {
    const found = this.#likely(from, start, end)
    const place = found >= 0 ? found : this.keys.dictionary.intern(from, start, end)
    this.keys.pushPlace(place)
    return this.#isNew(place)
  }

  /** -1 where it is neither the next key of the row before, nor the one behind it, nor the one that was moved away. */
  #likely(from: Buffer, start: number, end: number): number {
    const { dictionary } = this.keys
    for (let at = this.#guess; at < this.#rowStart && at < this.#guess + 2; at++) {
      const place = this.keys.place(at)
      if (!dictionary.is(place, from, start, end)) continue
      this.#guess = at + 1
      return place
    }
    return this.#moved >= 0 && dictionary.is(this.#moved, from, start, end) ? this.#moved : -1
  }

  /** Each place in the dictionary says in which row it was last. */
  #isNew(place: number): boolean {
    if (place >= this.#lastRows.length) {
      const grown = new Uint32Array(Math.max(place + 1, this.#lastRows.length * 2))
      grown.set(this.#lastRows)
      this.#lastRows = grown
    }
    if (this.#lastRows[place] === this.#rowNumber) return false
    this.#lastRows[place] = this.#rowNumber
    return true
  }

  /** Takes back what was pushed since the last row ended. */
  restartRow(): void {
    this.keys.rows = this.#rowStart
    this.values.truncate(this.#rowStart, this.#rowStartByte)
    this.#nextRow()
  }

  #nextRow(): void {
    this.#guess = this.#lastStart
    // never 0, which is a place that no row has had
    this.#rowNumber = this.#rowNumber === 0xffff_ffff ? 1 : this.#rowNumber + 1
  }

  pushPair(key: string, value: string): void {
    this.keys.pushText(key)
    this.values.pushText(value)
  }

  /** Ends a row: all pairs pushed since the last one belong to it. */
  endRow(): void {
    this.#ends.pushNumber(this.keys.rows)
    this.#lastStart = this.#rowStart
    this.#rowStart = this.keys.rows
    this.#rowStartByte = this.values.byteLength
    this.#nextRow()
  }

  /** Begins a row that `repeatRow` can repeat: says where its values begin. */
  get position(): number {
    return this.#rowStartByte
  }

  /** Adds a row equal to an earlier one, given by what `saveRow` said of it. Hot: once per line for its resource. */
  repeatRow(row: SavedRow): void {
    for (let i = row.firstKey; i < row.endKey; i++) this.keys.pushPlace(this.keys.place(i))
    this.values.repeat(row.startByte, row.endByte, row.endKey - row.firstKey)
    this.endRow()
  }

  /** Describes the row that `endRow` has just ended. `startByte` is `position` as it was before the row. */
  saveRow(row: SavedRow, startByte: number): void {
    row.firstKey = this.#lastStart
    row.endKey = this.#rowStart
    row.startByte = startByte
    row.endByte = this.#rowStartByte
  }

  /** Place in the dictionary of the key of a pair of the row that `endRow` has just ended. */
  lastKeyPlace(pair: number): number {
    return this.keys.place(this.#lastStart + pair)
  }

  /** Appends the key of a pair of the row that `endRow` has just ended. */
  copyLastKey(pair: number, sink: ByteSink): void {
    this.keys.dictionary.copyTo(this.lastKeyPlace(pair), sink)
  }

  /**
   * Moves the value of one pair of the open row to another column: of those that are not empty, the one whose key comes
   * first among the keys that were interned before all others, `limit` of them. Returns the key's place, or -1 where there
   * is no such pair. Hot: once per line.
   */
  moveFirst(limit: number, to: StringColumn): number {
    const { bytes } = this.values.sink
    let best = limit
    let pair = 0
    let [start, text, end] = [0, 0, 0]
    for (let i = this.#rowStart, at = this.#rowStartByte; i < this.keys.rows; i++) {
      const from = varintEnd(bytes, at)
      const next = from + varint(bytes, at)
      const place = this.keys.place(i)
      if (place < best && next > from) {
        best = place
        pair = i
        start = at
        text = from
        end = next
      }
      at = next
    }
    if (best === limit) return -1
    to.push(bytes, text, end)
    this.values.remove(start, end)
    this.keys.remove(pair)
    this.#moved = best
    return best
  }

  mark(): void {
    this.#ends.mark()
    this.keys.mark()
    this.values.mark()
  }
  rollback(): void {
    this.#ends.rollback()
    this.keys.rollback()
    this.values.rollback()
    this.#guess = this.#lastStart = this.#rowStart = this.keys.rows
    this.#rowStartByte = this.values.byteLength
  }
  clear(): void {
    this.#ends.clear()
    this.keys.clear()
    this.values.clear()
    this.#guess = this.#lastStart = this.#rowStart = this.#rowStartByte = 0
    this.#moved = -1
  }
  writePrefix(out: BlockOutput): void {
    this.keys.writePrefix(out)
  }
  writeData(out: BlockOutput): void {
    this.#ends.writeData(out)
    this.keys.writeData(out)
    this.values.writeData(out)
  }
}

/** Where the pairs of one row lie. */
export interface SavedRow {
  firstKey: number
  endKey: number
  startByte: number
  endByte: number
}
