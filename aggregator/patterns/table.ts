import { PairNumbers } from '../native/pair-numbers.ts'
import { StringColumn } from '../native/string.ts'
import { TemplateScanner } from './scanner.ts'

/** Distinct templates of a block by their ids, numbered in the order of their first appearance. */
export class PatternTable {
  readonly #scanner = new TemplateScanner()
  readonly #templates = new StringColumn()
  #ends: number[] = []
  /** By the halves of their ids. */
  readonly #numbers = new PairNumbers()

  get size(): number {
    return this.#templates.rows
  }

  clear(): void {
    this.#templates.clear()
    this.#ends = []
    this.#numbers.clear()
  }

  low(place: number): number {
    return this.#numbers.first(place) >>> 0
  }
  high(place: number): number {
    return this.#numbers.second(place) >>> 0
  }

  template(place: number): string {
    const { bytes } = this.#templates.sink
    return bytes.toString('utf8', this.#ends[place - 1] ?? 0, this.#ends[place])
  }

  /** The number of the message's template. Hot: once per line; a template is written out when it is new. */
  intern(bytes: Buffer, start: number, end: number): number {
    const scanner = this.#scanner
    scanner.scan(bytes, start, end)
    const known = this.size
    const place = this.#numbers.of(scanner.low, scanner.high)
    if (place === known) this.#write(bytes, start, end)
    return place
  }

  #write(bytes: Buffer, start: number, end: number): void {
    const { sink } = this.#templates
    this.#scanner.scan(bytes, start, end, sink)
    this.#templates.rows++
    this.#ends.push(sink.length)
  }
}
