import type { ByteSink } from './bytes.ts'
import type { BlockOutput, Column } from './column.ts'
import { UInt64Column } from './fixed.ts'
import { LowCardinalityColumn } from './low-cardinality.ts'
import { StringColumn } from './string.ts'

/** Map(LowCardinality(String), String): as an array of pairs, with all keys and all values in a column each. */
export class MapColumn implements Column {
  readonly type = 'Map(LowCardinality(String), String)'
  readonly keys = new LowCardinalityColumn()
  readonly values = new StringColumn()
  readonly #ends = new UInt64Column()
  #rowStart = 0
  #rowStartByte = 0
  #lastStart = 0
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
   * the one at the same place there is compared first. False where the open row has the key already.
   */
  pushKey(from: Buffer, start: number, end: number): boolean {
    const { keys } = this
    const guess = this.#lastStart + keys.rows - this.#rowStart
    const place = guess < this.#rowStart ? keys.place(guess) : -1
    const same = place >= 0 && keys.dictionary.is(place, from, start, end)
    const found = same ? place : keys.dictionary.intern(from, start, end)
    keys.pushPlace(found)
    return this.#isNew(found)
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

  /** Pairs of the row that `endRow` has just ended. */
  get lastRowLength(): number {
    return this.#rowStart - this.#lastStart
  }

  /** Appends the key of a pair of the row that `endRow` has just ended. */
  copyLastKey(pair: number, sink: ByteSink): void {
    this.keys.dictionary.copyTo(this.keys.place(this.#lastStart + pair), sink)
  }

  /**
   * Which pair of the row that `endRow` has just ended has the first of the keys that were interned before all others,
   * `limit` of them; -1 where it has none. Hot: once per line.
   */
  firstOf(limit: number): number {
    let best = limit
    let found = -1
    for (let i = this.#lastStart; i < this.#rowStart; i++) {
      const place = this.keys.place(i)
      if (place < best) {
        best = place
        found = i - this.#lastStart
      }
    }
    return found
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
    this.#lastStart = this.#rowStart = this.keys.rows
    this.#rowStartByte = this.values.byteLength
  }
  clear(): void {
    this.#ends.clear()
    this.keys.clear()
    this.values.clear()
    this.#lastStart = this.#rowStart = this.#rowStartByte = 0
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
