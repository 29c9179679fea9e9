import type { BlockOutput, Column } from './column.ts'

/** Tuple(name T, …): its elements as columns, one behind the other. Rows are pushed to the elements. */
export class TupleColumn<Elements extends Readonly<Record<string, Column>>> implements Column {
  readonly type: string
  readonly elements: Elements
  readonly #columns: Column[]

  constructor(elements: Elements) {
    this.elements = elements
    this.#columns = Object.values(elements)
    const parts = Object.entries(elements).map(([name, column]) => `${name} ${column.type}`)
    this.type = `Tuple(${parts.join(', ')})`
  }

  get rows(): number {
    return this.#columns[0]?.rows ?? 0
  }
  get byteLength(): number {
    return this.#columns.reduce((sum, column) => sum + column.byteLength, 0)
  }
  mark(): void {
    for (const column of this.#columns) column.mark()
  }
  rollback(): void {
    for (const column of this.#columns) column.rollback()
  }
  clear(): void {
    for (const column of this.#columns) column.clear()
  }
  writePrefix(out: BlockOutput): void {
    for (const column of this.#columns) column.writePrefix(out)
  }
  writeData(out: BlockOutput): void {
    for (const column of this.#columns) column.writeData(out)
  }
}
