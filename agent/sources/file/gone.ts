/** Beyond, what is long gone is taken as what is gone since before the start. */
const mostGone = 4_000
/** What a rotation made is seen in the scan that misses its original, or in the next where it came between two looks. */
const scansOfRotation = 1

/**
 * Generations of which a path went, by the scan that missed it. A copy is made while its original stands: what comes only
 * later is a file of its own, though it has the same content, as the daily output of a job has.
 */
export class Gone {
  readonly #inScan = new Map<string, number>()

  add(generation: string, scan: number): void {
    this.#inScan.set(generation, scan)
    if (this.#inScan.size <= mostGone) return
    const [oldest] = this.#inScan.keys()
    if (oldest !== undefined) this.#inScan.delete(oldest)
  }

  /** The scan in which it was missed first; -1: not known. */
  inScan(generation: string): number {
    return this.#inScan.get(generation) ?? -1
  }
}

/** Whether what was seen first in one scan is too late for a copy of what was missed in another. */
export function isTooLate(seenInScan: number, missedInScan: number): boolean {
  return missedInScan >= 0 && seenInScan > missedInScan + scansOfRotation
}
