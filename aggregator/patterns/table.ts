import { StringColumn } from '../native/string.ts'
import { TemplateScanner } from './scanner.ts'

/** Distinct templates of a block by their ids, numbered in the order of their first appearance. */
export class PatternTable {
  readonly #scanner = new TemplateScanner()
  readonly #templates = new StringColumn()
  #ends: number[] = []
  #lows = new Int32Array(64)
  #highs = new Int32Array(64)
  /** Place + 1; 0 is free. A power of two long, at most half full. */
  #slots = new Uint32Array(128)

  get size(): number {
    return this.#templates.rows
  }

  clear(): void {
    this.#templates.clear()
    this.#ends = []
    this.#slots.fill(0)
  }

  low(place: number): number {
    return (this.#lows[place] as number) >>> 0
  }
  high(place: number): number {
    return (this.#highs[place] as number) >>> 0
  }

  template(place: number): string {
    const { bytes } = this.#templates.sink
    return bytes.toString('utf8', this.#ends[place - 1] ?? 0, this.#ends[place])
  }

  /** The number of the message's template. Hot: once per line; a template is written out when it is new. */
  intern(bytes: Buffer, start: number, end: number): number {
    const scanner = this.#scanner
    scanner.scan(bytes, start, end)
    const { low, high } = scanner
    const mask = this.#slots.length - 1
    let slot = (low ^ (high >>> 16)) & mask
    for (;;) {
      const place = (this.#slots[slot] as number) - 1
      if (place < 0) break
      if (this.#lows[place] === low && this.#highs[place] === high) return place
      slot = (slot + 1) & mask
    }
    return this.#add(slot, bytes, start, end)
  }

  #add(slot: number, bytes: Buffer, start: number, end: number): number {
    const place = this.size
    if (place === this.#lows.length) this.#grow()
    const { sink } = this.#templates
    this.#scanner.scan(bytes, start, end, sink)
    this.#templates.rows++
    this.#ends.push(sink.length)
    this.#lows[place] = this.#scanner.low
    this.#highs[place] = this.#scanner.high
    this.#slots[slot] = place + 1
    if (this.size * 2 > this.#slots.length) this.#growSlots()
    return place
  }

  #grow(): void {
    const lows = new Int32Array(this.#lows.length * 2)
    const highs = new Int32Array(this.#highs.length * 2)
    lows.set(this.#lows)
    highs.set(this.#highs)
    this.#lows = lows
    this.#highs = highs
  }

  #growSlots(): void {
    const slots = new Uint32Array(this.#slots.length * 2)
    const mask = slots.length - 1
    for (let place = 0; place < this.size; place++) {
      let slot = ((this.#lows[place] as number) ^ ((this.#highs[place] as number) >>> 16)) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = place + 1
    }
    this.#slots = slots
  }
}
