import type { RecordDraft } from '../records/draft.ts'
import { type FoundSeverity, findSeverity } from './severity.ts'
import type { TimeReader } from './time.ts'

/** How far in the bracketed time of an access line may begin: after an address and two names. */
const bracketReach = 128

/** Finds time and severity of a line of plain text. */
export class PlainLines {
  readonly #out: RecordDraft
  readonly #time: TimeReader
  readonly #found: FoundSeverity = { number: 0, start: 0, end: 0 }

  constructor(out: RecordDraft, time: TimeReader) {
    this.#out = out
    this.#time = time
  }

  read(bytes: Buffer, start: number, end: number): void {
    const textStart = this.#readTime(bytes, start, end)
    const found = this.#found
    if (findSeverity(bytes, textStart, end, found))
      this.#out.setSeverity(found.number, bytes, found.start, found.end)
  }

  /** Answers where the text after the time begins. */
  #readTime(bytes: Buffer, start: number, end: number): number {
    const first = bytes[start]
    if (this.#take(bytes, first === 0x5b ? start + 1 : start, end)) return this.#time.end
    const limit = Math.min(end, start + bracketReach)
    for (let at = start + 1; at < limit; at++) {
      // only Apache's form stands in brackets further in: dd/Mon/…
      if (bytes[at] === 0x5b && bytes[at + 3] === 0x2f && this.#take(bytes, at + 1, end))
        return this.#time.end
    }
    return start
  }

  #take(bytes: Buffer, at: number, end: number): boolean {
    const time = this.#time
    if (!time.read(bytes, at, end)) return false
    this.#out.seconds = time.seconds
    this.#out.nanos = time.nanos
    return true
  }
}
