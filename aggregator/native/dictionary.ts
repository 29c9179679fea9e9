import type { ByteSink } from './bytes.ts'
import { grown } from './grown.ts'
import { StringColumn } from './string.ts'

/** Beyond so many bytes a native comparison beats a loop. */
const loopedBytes = 48

/** Distinct strings by their bytes, numbered in the order of their first appearance. An open-addressing hash table. */
export class Dictionary {
  /** The strings, in order. */
  readonly entries = new StringColumn()
  #starts = new Uint32Array(64)
  #ends = new Uint32Array(64)
  /** Place + 1 in `entries`; 0 is free. A power of two long, at most half full. */
  #slots = new Uint32Array(128)

  get size(): number {
    return this.entries.rows
  }

  /** Number of the string, which is added when it is new. Hot: once per attribute. */
  intern(from: Buffer, start: number, end: number): number {
    const mask = this.#slots.length - 1
    let slot = hash(from, start, end) & mask
    for (;;) {
      const place = (this.#slots[slot] as number) - 1
      if (place < 0) return this.#add(slot, from, start, end)
      if (this.is(place, from, start, end)) return place
      slot = (slot + 1) & mask
    }
  }

  internText(text: string): number {
    const bytes = Buffer.from(text)
    return this.intern(bytes, 0, bytes.length)
  }

  /** True when entry `place` has these bytes. */
  is(place: number, from: Buffer, start: number, end: number): boolean {
    const at = this.#starts[place] as number
    const length = end - start
    if ((this.#ends[place] as number) - at !== length) return false
    const { bytes } = this.entries.sink
    const looped = Math.min(length, loopedBytes)
    for (let i = 0; i < looped; i++) if (bytes[at + i] !== from[start + i]) return false
    return looped === length || bytes.compare(from, start + looped, end, at + looped, at + length) === 0
  }

  /** Appends entry `place`. */
  copyTo(place: number, sink: ByteSink): void {
    sink.copy(this.entries.sink.bytes, this.#starts[place] as number, this.#ends[place] as number)
  }

  text(place: number): string {
    return this.entries.sink.bytes.toString('utf8', this.#starts[place], this.#ends[place])
  }

  clear(): void {
    this.entries.clear()
    this.#slots.fill(0)
  }

  #add(slot: number, from: Buffer, start: number, end: number): number {
    const place = this.entries.rows
    if (place === this.#starts.length) this.#growEntries()
    this.entries.push(from, start, end)
    this.#ends[place] = this.entries.sink.length
    this.#starts[place] = this.entries.sink.length - (end - start)
    this.#slots[slot] = place + 1
    if (this.entries.rows * 2 > this.#slots.length) this.#growSlots()
    return place
  }

  #growEntries(): void {
    this.#starts = grown(this.#starts)
    this.#ends = grown(this.#ends)
  }

  #growSlots(): void {
    const slots = new Uint32Array(this.#slots.length * 2)
    const mask = slots.length - 1
    const { bytes } = this.entries.sink
    for (let place = 0; place < this.entries.rows; place++) {
      let slot = hash(bytes, this.#starts[place] as number, this.#ends[place] as number) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = place + 1
    }
    this.#slots = slots
  }
}

/** FNV-1a, 32 bits, with its halves mixed since the table uses low bits only. */
function hash(bytes: Buffer, start: number, end: number): number {
  let value = 0x811c9dc5
  for (let i = start; i < end; i++) value = Math.imul(value ^ (bytes[i] as number), 0x0100_0193)
  return (value ^ (value >>> 15)) >>> 0
}
