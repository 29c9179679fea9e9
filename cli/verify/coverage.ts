export interface ByteSpan {
  from: number
  to: number
}

/**
 * Which bytes of one incarnation of a source records account for. They follow one another, but for those that come late:
 * of a batch that was set aside and sent again, or of what a full spool let go. Pure.
 *
 * @example
 * const coverage = new Coverage(0)
 * coverage.add({ from: 10, to: 20 }) // => []
 * coverage.add({ from: 0, to: 12 }) // => [{ from: 10, to: 12 }]
 * coverage.missing // => []
 */
export class Coverage {
  /** In no record so far, in order. */
  missing: ByteSpan[] = []
  #reached: number

  /** `from`: where it begins, as far as that is to be accounted for. */
  constructor(from: number) {
    this.#reached = from
  }

  /** Answers what of it other records have as well. */
  add({ from, to }: ByteSpan): ByteSpan[] {
    if (from > this.#reached) this.missing.push({ from: this.#reached, to: from })
    const twice = this.#fill(from, Math.min(to, this.#reached))
    this.#reached = Math.max(this.#reached, to)
    return twice
  }

  #fill(from: number, to: number): ByteSpan[] {
    if (from >= to) return []
    const twice: ByteSpan[] = []
    let at = from
    const left = this.missing.flatMap(gap => {
      const [start, end] = [Math.max(gap.from, from), Math.min(gap.to, to)]
      if (start >= end) return [gap]
      if (at < start) twice.push({ from: at, to: start })
      at = end
      return [
        { from: gap.from, to: start },
        { from: end, to: gap.to },
      ].filter(part => part.from < part.to)
    })
    if (at < to) twice.push({ from: at, to })
    this.missing = left
    return twice
  }
}
