const lineFeed = 0x0a
/** Bytes of a line that a start pattern is tried on. */
const patternReach = 1024

export interface SplitOptions {
  maxLineBytes: number
  multiline: { start: RegExp; maxLines: number } | undefined
}

/**
 * What is known of the chunk's end: more may follow, no more followed for a while so that the last event is taken for
 * whole (a line without an end still is not), or nothing will ever follow.
 */
export type Ending = 'open' | 'quiet' | 'partial' | 'finished'

/** Called for each line, or event of several lines: a range of the chunk without the last line end. */
export type OnLine = (start: number, end: number, cut: boolean) => void

/**
 * Finds the lines of a chunk of a file. What is not finished at the chunk's end is left for the next read: `split`
 * answers how many bytes are done with. A line longer than allowed is cut; the rest of it is passed over.
 */
export class Splitter {
  readonly #options: SplitOptions
  /** True within a line that was cut. Belongs to the file that is being read. */
  skipping = false

  constructor(options: SplitOptions) {
    this.#options = options
  }

  split(bytes: Buffer, start: number, end: number, ending: Ending, onLine: OnLine): number {
    const done =
      this.#options.multiline === undefined
        ? this.#lines(bytes, start, end, onLine)
        : this.#events(bytes, start, end, ending, onLine)
    if ((ending !== 'finished' && ending !== 'partial') || done === end) return done
    if (!this.skipping) onLine(done, end, false)
    this.skipping = false
    return end
  }

  /** Hot: about 60 ns a line, most of it the search for its end. */
  #lines(bytes: Buffer, start: number, end: number, onLine: OnLine): number {
    const { maxLineBytes } = this.#options
    let at = start
    while (at < end) {
      const feed = bytes.indexOf(lineFeed, at)
      if (feed < 0 || feed >= end) return this.#unfinished(at, end, onLine)
      if (this.skipping) this.skipping = false
      else if (feed - at > maxLineBytes) onLine(at, at + maxLineBytes, true)
      else onLine(at, feed, false)
      at = feed + 1
    }
    return at
  }

  /** A line without an end: waits, unless it is too long already. */
  #unfinished(at: number, end: number, onLine: OnLine): number {
    if (this.skipping) return end
    const { maxLineBytes } = this.#options
    if (end - at <= maxLineBytes) return at
    onLine(at, at + maxLineBytes, true)
    this.skipping = true
    return end
  }

  /** Lines that do not match the start pattern belong to the line before them. */
  #events(bytes: Buffer, start: number, end: number, ending: Ending, onLine: OnLine): number {
    let eventStart = start
    let eventEnd = start
    let lines = 0
    const flush = (): void => {
      if (lines > 0) onLine(eventStart, eventEnd, false)
      lines = 0
    }
    const done = this.#lines(bytes, start, end, (from, to, cut) => {
      const isFull = lines >= this.#maxLines || to - eventStart > this.#options.maxLineBytes
      if (isFull || cut || this.#isStart(bytes, from, to)) flush()
      if (cut) {
        onLine(from, to, true)
        return
      }
      if (lines++ === 0) eventStart = from
      eventEnd = to
    })
    if (lines === 0) return done
    // more lines may still belong to the event
    if (ending === 'open') return eventStart
    const joins = ending !== 'quiet' && done < end && !this.#isStart(bytes, done, end)
    if (joins) eventEnd = end
    flush()
    return joins ? end : done
  }

  get #maxLines(): number {
    return this.#options.multiline?.maxLines ?? 1
  }

  #isStart(bytes: Buffer, from: number, to: number): boolean {
    const text = bytes.toString('utf8', from, Math.min(to, from + patternReach))
    return this.#options.multiline?.start.test(text) === true
  }
}
