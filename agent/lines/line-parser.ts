import type { RecordDraft } from '../records/draft.ts'
import { JsonLines } from './json.ts'
import { LogfmtLines } from './logfmt.ts'
import { PlainLines } from './plain.ts'
import { TimeReader, type Zone } from './time.ts'
import { escapeInvalidUtf8 } from './utf8.ts'

export type ParseMode = 'auto' | 'json' | 'logfmt' | 'none'

/**
 * Makes one draft of one line. `auto` decides per line: a JSON object, logfmt pairs, or plain text in which time and
 * severity are looked for. A line that is not what its mode says is kept as plain text, never dropped. The body is the
 * line itself, whatever is read from it.
 */
export class LineParser {
  readonly #out: RecordDraft
  readonly #mode: ParseMode
  readonly #json: JsonLines
  readonly #logfmt: LogfmtLines
  readonly #plain: PlainLines

  constructor(out: RecordDraft, mode: ParseMode, zone: Zone, nowMs: () => number) {
    this.#out = out
    this.#mode = mode
    const time = new TimeReader(zone, nowMs)
    this.#json = new JsonLines(out, time)
    this.#logfmt = new LogfmtLines(out, time)
    this.#plain = new PlainLines(out, time)
  }

  /** Fills the draft from a line without its end. `valid` says that its bytes are known to be UTF-8; `cut` that it was longer than allowed. */
  read(bytes: Buffer, start: number, end: number, valid: boolean, cut: boolean): void {
    if (!valid) {
      const text = escapeInvalidUtf8(bytes.subarray(start, end))
      this.read(text, 0, text.length, true, cut)
      return
    }
    const stop = end > start && bytes[end - 1] === 0x0d ? end - 1 : end
    const out = this.#out
    out.clear()
    if (!this.#structured(bytes, start, stop)) {
      out.clear()
      if (this.#mode !== 'none') this.#plain.read(bytes, start, stop)
    }
    out.setBody(bytes, start, stop)
    out.cut = cut
  }

  #structured(bytes: Buffer, start: number, end: number): boolean {
    switch (this.#mode) {
      case 'none':
        return false
      case 'json':
        return this.#json.read(bytes, start, end)
      case 'logfmt':
        return this.#logfmt.read(bytes, start, end, 1)
      case 'auto': {
        const first = bytes[start]
        if (first === 0x7b) return this.#json.read(bytes, start, end)
        // a letter begins a key: spares the try for most plain lines, which begin with a time or a bracket
        const isLetter = first !== undefined && (first | 0x20) >= 0x61 && (first | 0x20) <= 0x7a
        return isLetter && this.#logfmt.read(bytes, start, end, 2)
      }
    }
  }
}
