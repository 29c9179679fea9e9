import { behindLine, type Ending, type RowSink, rowFlags } from './rows.ts'
import { wholeCharacters } from './utf8-end.ts'

const lineFeed = 0x0a
/**
 * So many NULs within a line are a hole: space that was allocated and never written. At the beginning of a line a
 * single one is.
 */
const holeBytes = 64

/**
 * Finds the lines of a chunk of a file. What is not finished at the chunk's end is left for the next read: `split`
 * answers how many bytes are done with.
 *
 * - A line longer than allowed is cut; the rest of it is passed over and counted.
 * - A hole of NULs ends the line before it and is no line: after copytruncate a writer that does not append goes on at
 *   its old place, and file systems leave holes behind after a power failure.
 * - `\r\n` ends a line as `\n` does (whoever takes the row strips it), a lone `\r` does not: a progress bar is one line.
 */
export class LineSplitter {
  readonly #maxLineBytes: number
  /** True within a line that was cut. Belongs to the file that is being read, as the next one does. */
  skipping = false
  /** True within a line of which the part before was taken already. */
  continuing = false
  /** Where the next NUL stands; the chunk's end where none does. */
  #nul = 0

  constructor(maxLineBytes: number) {
    this.#maxLineBytes = maxLineBytes
  }

  /** Hot: about 60 ns a line, most of it the search for its end. */
  split(bytes: Buffer, start: number, end: number, ending: Ending, sink: RowSink): number {
    this.#findNul(bytes, start, end)
    let at = start
    while (at < end) {
      const found = bytes.indexOf(lineFeed, at)
      const feed = found < 0 || found > end ? end : found
      if (this.#nul < feed) {
        const past = this.#passHole(bytes, at, feed, end, sink)
        if (past > at) {
          at = past
          continue
        }
      }
      if (feed === end) return this.#unfinished(bytes, at, end, ending, sink)
      this.#line(bytes, at, feed, sink)
      at = feed + 1
    }
    return at
  }

  #line(bytes: Buffer, at: number, feed: number, sink: RowSink): void {
    if (this.skipping) {
      this.skipping = false
      sink.drop('cut', at, behindLine(bytes, feed))
    } else if (this.#isTooLong(bytes, at, feed))
      sink.drop('cut', this.#cut(bytes, at, feed, sink), behindLine(bytes, feed))
    else if (!this.continuing) sink.row(bytes, at, feed, 0)
    // what was taken before may have lacked nothing but its end
    else if (!isEmpty(bytes, at, feed)) sink.row(bytes, at, feed, rowFlags.continued)
    this.continuing = false
  }

  /** A `\r` at the end is, or may become, a part of the line's end. */
  #isTooLong(bytes: Buffer, at: number, end: number): boolean {
    const over = end - at - this.#maxLineBytes
    return over > 1 || (over === 1 && bytes[end - 1] !== 0x0d)
  }

  /** A line without an end: waits, unless it is too long already or nothing more is waited for. */
  #unfinished(bytes: Buffer, at: number, end: number, ending: Ending, sink: RowSink): number {
    const isTooLong = this.#isTooLong(bytes, at, end)
    if (this.skipping || isTooLong) {
      const from = this.skipping ? at : this.#cut(bytes, at, end, sink)
      // a hole may begin at the chunk's end
      const past = ending === 'open' ? Math.max(from, withoutNuls(bytes, from, end)) : end
      sink.drop('cut', from, past)
      this.skipping = ending !== 'finished'
      this.continuing = false
      return past
    }
    if (ending === 'finished') {
      this.#line(bytes, at, end, sink)
      return end
    }
    return ending === 'partial' ? this.#partial(bytes, at, end, sink) : at
  }

  /** The rest is the next row, or the end alone. A character that is not whole waits for its rest until nothing but it is left. */
  #partial(bytes: Buffer, at: number, end: number, sink: RowSink): number {
    const whole = wholeCharacters(bytes, at, end)
    const stop = whole === at ? end : whole
    sink.row(bytes, at, stop, this.#continued | rowFlags.partial)
    this.continuing = true
    return stop
  }

  /** Answers where the cut is. */
  #cut(bytes: Buffer, at: number, end: number, sink: RowSink): number {
    const stop = wholeCharacters(bytes, at, Math.min(end, at + this.#maxLineBytes))
    sink.row(bytes, at, stop, this.#continued | rowFlags.cut)
    return stop
  }

  get #continued(): number {
    return this.continuing ? rowFlags.continued : 0
  }

  /** Answers where it goes on behind a hole before the next line end; `at` where there is none. */
  #passHole(bytes: Buffer, at: number, feed: number, end: number, sink: RowSink): number {
    while (this.#nul < feed) {
      const hole = this.#nul
      let past = hole + 1
      while (past < end && bytes[past] === 0) past++
      this.#findNul(bytes, past, end)
      const isHole = (hole === at && !this.skipping) || past - hole >= holeBytes
      if (!isHole) continue
      if (hole > at) this.#lineBefore(bytes, at, hole, sink)
      this.skipping = this.continuing = false
      sink.drop('nul-hole', hole, past)
      return past
    }
    return at
  }

  #lineBefore(bytes: Buffer, at: number, hole: number, sink: RowSink): void {
    if (this.skipping || this.#isTooLong(bytes, at, hole)) this.#line(bytes, at, hole, sink)
    else sink.row(bytes, at, hole, this.#continued | rowFlags.partial)
  }

  #findNul(bytes: Buffer, from: number, end: number): void {
    const found = bytes.indexOf(0, from)
    this.#nul = found < 0 || found > end ? end : found
  }
}

/** Where the NULs before `end` begin, so far as they are too few to be a hole. */
function withoutNuls(bytes: Buffer, start: number, end: number): number {
  let stop = end
  while (stop > start && end - stop < holeBytes && bytes[stop - 1] === 0) stop--
  return stop
}

function isEmpty(bytes: Buffer, start: number, end: number): boolean {
  return start === end || (end - start === 1 && bytes[start] === 0x0d)
}
