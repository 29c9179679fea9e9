import { ByteSink } from './bytes.ts'
import type { BlockOutput, Column } from './column.ts'

/** FixedString(n): so many bytes per row; all of them zero stand for none. */
export class FixedStringColumn implements Column {
  readonly type: string
  rows = 0
  readonly #width: number
  readonly #sink = new ByteSink()
  #marked = 0

  constructor(width: number) {
    this.type = `FixedString(${width})`
    this.#width = width
  }

  get byteLength(): number {
    return this.#sink.length
  }

  /** Bytes of another number count as none. */
  push(from: Buffer, start: number, end: number): void {
    if (end - start !== this.#width) {
      this.pushEmpty()
      return
    }
    this.#sink.copy(from, start, end)
    this.rows++
  }

  pushEmpty(): void {
    const { length } = this.#sink
    this.#sink.ensure(this.#width)
    this.#sink.bytes.fill(0, length, length + this.#width)
    this.#sink.length = length + this.#width
    this.rows++
  }

  mark(): void {
    this.#marked = this.rows
  }
  rollback(): void {
    this.rows = this.#marked
    this.#sink.truncate(this.rows * this.#width)
  }
  clear(): void {
    this.rows = 0
    this.#sink.truncate(0)
  }
  writePrefix(): void {
    // fixed strings have none
  }
  writeData(out: BlockOutput): void {
    if (this.#sink.length > 0) out.whole(this.#sink.view())
  }
}
