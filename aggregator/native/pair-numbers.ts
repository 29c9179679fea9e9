import { grown } from './grown.ts'

/**
 * Numbers pairs of 32-bit integers in the order of their first appearance. An open-addressing hash table without an
 * object per pair: a Map would hold keys of that size as objects of their own.
 */
export class PairNumbers {
  size = 0
  /** Two for each pair, in order. */
  #pairs = new Int32Array(256)
  /** Number + 1; 0 is free. A power of two long, at most half full. */
  #slots = new Uint32Array(256)

  first(number: number): number {
    return this.#pairs[2 * number] as number
  }
  second(number: number): number {
    return this.#pairs[2 * number + 1] as number
  }

  clear(): void {
    this.size = 0
    this.#slots.fill(0)
  }

  of(a: number, b: number): number {
    const mask = this.#slots.length - 1
    let slot = hash(a, b) & mask
    for (;;) {
      const number = (this.#slots[slot] as number) - 1
      if (number < 0) return this.#add(slot, a, b)
      if (this.first(number) === a && this.second(number) === b) return number
      slot = (slot + 1) & mask
    }
  }

  #add(slot: number, a: number, b: number): number {
    const number = this.size++
    if (2 * this.size > this.#pairs.length) this.#pairs = grown(this.#pairs)
    this.#pairs[2 * number] = a
    this.#pairs[2 * number + 1] = b
    this.#slots[slot] = number + 1
    if (2 * this.size > this.#slots.length) this.#growSlots()
    return number
  }

  #growSlots(): void {
    const slots = new Uint32Array(this.#slots.length * 2)
    const mask = slots.length - 1
    for (let number = 0; number < this.size; number++) {
      let slot = hash(this.first(number), this.second(number)) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = number + 1
    }
    this.#slots = slots
  }
}

/** Multiplies by the golden ratio's bits, and mixes the high half into the low one, which the table uses. */
function hash(a: number, b: number): number {
  const mixed = Math.imul(Math.imul(a, 0x9e37_79b1) ^ b, 0x85eb_ca77)
  return (mixed ^ (mixed >>> 15)) >>> 0
}
