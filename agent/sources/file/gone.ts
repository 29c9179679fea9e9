import type { FilePosition } from './position.ts'

/** The scan that missed what was not missed. */
export const notLeft = Number.POSITIVE_INFINITY
/** What went before the start was missed before every scan. */
const leftBefore = Number.NEGATIVE_INFINITY
/** Beyond, what is long gone counts as gone before. */
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

  /** The scan that missed it first; `notLeft` where that is not known. */
  inScan({ generation, gone }: FilePosition): number {
    return this.#inScan.get(generation) ?? (gone === true ? leftBefore : notLeft)
  }
}

/** Whether what was seen first in one scan is too late for a copy of what was missed in another. */
export function isTooLate(seenInScan: number, missedInScan: number): boolean {
  return seenInScan > missedInScan + scansOfRotation
}
