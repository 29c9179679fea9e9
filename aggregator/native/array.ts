import type { BlockOutput, Column } from './column.ts'
import { UInt64Column } from './fixed.ts'

/** Array(T): where each row ends among the elements, then the elements of all rows as one column. */
export class ArrayColumn<Elements extends Column> implements Column {
  readonly type: string
  readonly elements: Elements
  readonly #ends = new UInt64Column()

  constructor(elements: Elements) {
    this.type = `Array(${elements.type})`
    this.elements = elements
  }

  get rows(): number {
    return this.#ends.rows
  }
  get byteLength(): number {
    return this.#ends.byteLength + this.elements.byteLength
  }
  /** Ends a row: all elements pushed since the last one belong to it. */
  endRow(): void {
    this.#ends.pushNumber(this.elements.rows)
  }
  mark(): void {
    this.#ends.mark()
    this.elements.mark()
  }
  rollback(): void {
    this.#ends.rollback()
    this.elements.rollback()
  }
  clear(): void {
    this.#ends.clear()
    this.elements.clear()
  }
  writePrefix(out: BlockOutput): void {
    this.elements.writePrefix(out)
  }
  writeData(out: BlockOutput): void {
    this.#ends.writeData(out)
    this.elements.writeData(out)
  }
}
