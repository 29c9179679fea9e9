import type { RecordDraft } from '../records/draft.ts'
import { copyWithoutColours } from './colours.ts'
import { FieldTaker } from './fields.ts'
import { JsonLines } from './json.ts'
import { LogfmtLines } from './logfmt.ts'
import { PlainLines } from './plain.ts'
import { SlowQueries } from './slow-query.ts'
import { TimeReader } from './time/reader.ts'
import type { Zone } from './time/zone.ts'
import { escapeInvalidUtf8 } from './utf8.ts'

export type ParseMode = 'auto' | 'json' | 'logfmt' | 'none'

/**
 * Makes one draft of one line. `auto` decides per line: a JSON object, logfmt pairs, or plain text in which time,
 * severity and the fields of known formats are looked for, with JSON or pairs behind the time. A line that is not what
 * its mode says is kept as plain text, never dropped. The body is the line itself, whatever is read from it; colours and
 * a byte order mark are no part of what is read, nor are blanks before it.
 */
export class LineParser {
  readonly #out: RecordDraft
  readonly #mode: ParseMode
  readonly #json: JsonLines
  readonly #logfmt: LogfmtLines
  readonly #plain: PlainLines
  readonly #slow: SlowQueries
  /** The line without its colours. */
  #bare = Buffer.alloc(1024)
  #isVerbatim = false

  /** `namesService`: a line may say of which service it is; false where the source was told. */
  constructor(out: RecordDraft, mode: ParseMode, zone: Zone, nowMs: () => number, namesService = true) {
    this.#out = out
    this.#mode = mode
    const time = new TimeReader(zone, nowMs)
    const fields = new FieldTaker(out, time, namesService)
    this.#json = new JsonLines(out, fields)
    this.#logfmt = new LogfmtLines(out, fields)
    this.#plain = new PlainLines(out, time, namesService)
    this.#slow = new SlowQueries(out, time)
  }

  /** Fills the draft from a line without its end. `valid` says that its bytes are known to be UTF-8; `cut` that it was longer than allowed. */
  read(bytes: Buffer, start: number, end: number, valid: boolean, cut: boolean): void {
    if (!valid) {
      const text = escapeInvalidUtf8(bytes.subarray(start, end))
      this.read(text, 0, text.length, true, cut)
      return
    }
    const stop = end > start && bytes[end - 1] === 0x0d ? end - 1 : end
    const from = hasMark(bytes, start, stop) ? start + 3 : start
    const out = this.#out
    out.clear()
    this.#isVerbatim = false
    const text = skipBlanks(bytes, from, stop)
    if (this.#mode !== 'none' && !this.#read(bytes, text, stop)) this.#readBare(bytes, text, stop)
    out.setBody(bytes, from, stop)
    out.isVerbatim = this.#isVerbatim
    out.cut = cut
  }

  /** False where the line is coloured at its beginning, before anything of it is known. */
  #read(bytes: Buffer, start: number, end: number): boolean {
    if (this.#structured(bytes, start, end)) {
      this.#isVerbatim = bytes[start] === 0x7b && this.#json.isVerbatim
      return true
    }
    this.#out.clear()
    const inner = this.#plain.read(bytes, start, end)
    if (this.#plain.isColoured) return false
    const isInner = inner > start && this.#mode === 'auto' && mayBeStructured(bytes, inner, end)
    if (!isInner || !this.#readInner(bytes, start, inner, end)) this.#plain.end(bytes, end)
    return true
  }

  /** What stands behind the head of a line; false where that is plain text too. */
  #readInner(bytes: Buffer, start: number, inner: number, end: number): boolean {
    if (this.#inner(bytes, inner, end)) return true
    if (bytes[inner] !== 0x7b && this.#logfmt.pairs === 0) return false
    // what was taken from its beginning before it turned out to be none must go
    this.#out.clear()
    this.#plain.read(bytes, start, end)
    return false
  }

  #readBare(bytes: Buffer, start: number, end: number): void {
    if (this.#bare.length < end - start) this.#bare = Buffer.alloc((end - start) * 2)
    const length = copyWithoutColours(bytes, start, end, this.#bare)
    this.#out.clear()
    this.#read(this.#bare, 0, length)
    // what colours stood in is in one piece now
    this.#isVerbatim = false
  }

  #structured(bytes: Buffer, start: number, end: number): boolean {
    switch (this.#mode) {
      case 'none':
        return false
      case 'json':
        return this.#json.read(bytes, start, end)
      case 'logfmt':
        return this.#logfmt.read(bytes, start, end, 1)
      case 'auto':
        if (start < end && bytes[start] === 0x23) return this.#slow.read(bytes, start, end)
        return mayBeStructured(bytes, start, end) && this.#inner(bytes, start, end)
    }
  }

  #inner(bytes: Buffer, start: number, end: number): boolean {
    return bytes[start] === 0x7b
      ? this.#json.read(bytes, start, end)
      : this.#logfmt.read(bytes, start, end, 2)
  }
}

/** A brace or the letter that begins a key: spares the try for most plain lines, which begin with a time or a bracket. */
function mayBeStructured(bytes: Buffer, start: number, end: number): boolean {
  const first = bytes[start] as number
  if (start >= end || first === 0x7b) return start < end
  const letter = first | 0x20
  return letter >= 0x61 && letter <= 0x7a
}

function skipBlanks(bytes: Buffer, start: number, end: number): number {
  let at = start
  while (at < end && (bytes[at] === 0x20 || bytes[at] === 0x09)) at++
  return at
}

/** The byte order mark, which some editors write at the beginning of a file. */
function hasMark(bytes: Buffer, start: number, end: number): boolean {
  return bytes[start] === 0xef && end - start >= 3 && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf
}
