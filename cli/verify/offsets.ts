/** Offsets of a partition that no row of the ledger stands for, or that two stand for. */
export interface OffsetFault {
  kind: 'missing' | 'twice'
  from: number
  to: number
}

/** Walks the offsets of a partition in order: each must be in the ledger once. Pure. */
export class OffsetWalk {
  #next: number | undefined

  /** `next` is where the walk begins; undefined: where the first record stands. */
  constructor(next: number | undefined) {
    this.#next = next
  }

  add(offset: number, nextOffset: number): OffsetFault | undefined {
    const expected = this.#next ?? offset
    this.#next = Math.max(expected, nextOffset)
    if (offset > expected) return { kind: 'missing', from: expected, to: offset }
    if (offset < expected) return { kind: 'twice', from: offset, to: Math.min(expected, nextOffset) }
    return undefined
  }

  /** What is missing up to the end. */
  end(offset: number): OffsetFault | undefined {
    return this.#next !== undefined && this.#next < offset
      ? { kind: 'missing', from: this.#next, to: offset }
      : undefined
  }
}
