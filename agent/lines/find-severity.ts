import { severityOfPriority } from './priority.ts'
import { isLetter } from './time/digits.ts'
import { WordTable } from './word-table.ts'

/** How far into a line's text a severity is looked for; further in, the word is more likely prose. */
const reach = 96

/** Words that are as well any word: only between brackets or before a colon. */
const marked = 32
/** PostgreSQL's, which writes two spaces behind its colon. */
const postgres = 64
/** Only at the beginning of the line, before a colon (.NET's console). */
const leading = 128
const numberBits = 31

/** Words for a severity in a line of text. */
const plainWords = new WordTable<number>(
  Object.entries({
    trace: 1,
    trc: 1,
    finest: 1 + marked,
    finer: 2 + marked,
    debug: 5,
    dbg: 5,
    verbose: 5,
    vrb: 5,
    fine: 5 + marked,
    config: 8 + marked,
    info: 9,
    inf: 9,
    information: 9,
    informational: 9,
    note: 9 + marked,
    system: 9 + marked,
    notice: 10,
    warn: 13,
    wrn: 13,
    warning: 13,
    error: 17,
    err: 17,
    severe: 17,
    crit: 18,
    dpanic: 18,
    alert: 19,
    critical: 21,
    fatal: 21,
    ftl: 21,
    panic: 21,
    pnc: 21,
    emerg: 21,
    emergency: 21,
    log: 9 + postgres,
    detail: 9 + postgres,
    hint: 9 + postgres,
    context: 9 + postgres,
    statement: 9 + postgres,
    query: 9 + postgres,
    location: 9 + postgres,
    trce: 1 + leading,
    dbug: 5 + leading,
    fail: 17 + leading,
  }),
)

/** The words of a line are skipped by this: 1 a letter, 2 the beginning of a colour, 3 that of Cisco's `%FACILITY-`. */
const classes = Uint8Array.from({ length: 256 }, (_, byte) =>
  isLetter(byte) ? 1 : byte === 0x1b ? 2 : byte === 0x25 ? 3 : 0,
)

/**
 * Finds the severity of a line of plain text: a known word in capitals, or in any case where punctuation marks it out
 * (`[error]`, `warning:`, `level=info`) or where it is the first after the time. The answer stands in the fields. Costs
 * about 1 ns per byte looked at.
 */
export class SeverityFinder {
  number = 0
  start = 0
  end = 0
  /** The text is coloured: without its colours it must be looked at again. */
  hasColour = false

  #bytes: Buffer = Buffer.alloc(0)
  #from = 0
  #to = 0
  #isLineStart = false

  /** Looks in a text from `from` on, which begins the line or stands after its time. */
  find(bytes: Buffer, from: number, to: number, isLineStart: boolean): boolean {
    this.#bytes = bytes
    this.#from = from
    this.#to = to
    this.#isLineStart = isLineStart
    this.hasColour = false
    const limit = Math.min(to, from + reach)
    let isFirst = !isLineStart
    for (let at = from; at < limit; at++) {
      const kind = classes[bytes[at] as number]
      if (kind === 0) continue
      if (kind === 2) {
        this.hasColour = true
        return false
      }
      if (kind === 3) {
        if (this.#cisco(at)) return true
        continue
      }
      if (this.#word(at, isFirst)) return true
      isFirst = false
      at = this.end
    }
    return false
  }

  /** Looks at the word that begins at `start`, of which the end is left in `end`. */
  #word(start: number, isFirst: boolean): boolean {
    const bytes = this.#bytes
    let end = start + 1
    while (end < this.#to && classes[bytes[end] as number] === 1) end++
    this.end = end
    const found = end - start < 3 ? undefined : plainWords.find(bytes, start, end)
    if (found === undefined) return false
    // DEBUG1 to 5 and trace1 to 8 are PostgreSQL's and Apache's
    if ((found === 1 || found === 5) && isDigit(this.#at(end))) this.end++
    const isNext = isFirst && found <= numberBits && this.#at(start - 1) === 0x20 && this.#at(end) === 0x20
    if (!isNext && !this.#isMarked(start, found)) return false
    this.number = found & numberBits
    this.start = start
    return true
  }

  #isMarked(start: number, found: number): boolean {
    const { end } = this
    const before = this.#at(start - 1)
    const after = this.#at(end)
    if (found >= leading) return this.#isLineStart && start === this.#from && after === 0x3a
    const isCapital = isCapitals(this.#bytes, start, end)
    if (found >= postgres)
      return isCapital && after === 0x3a && this.#at(end + 1) === 0x20 && this.#at(end + 2) === 0x20
    if (isIdentifier(before) || isIdentifier(after) || after === 0x3d)
      return isCapital && this.#isApart(start)
    if (isCapital && found <= numberBits) return true
    return after === 0x3a || before === 0x3d || (isOpening(before) && isClosing(after))
  }

  /**
   * Signs that make a word part of a name (ERROR_COUNT, no-error, error2) stand in some formats around the level:
   * Celery's `INFO/MainProcess`, Laravel's `production.ERROR:`, Minecraft's `[Server thread/ERROR]`, `-ERROR-` in Python's.
   */
  #isApart(start: number): boolean {
    const before = this.#at(start - 1)
    const after = this.#at(this.end)
    if (before === 0x20) return after === 0x2f
    if (before === 0x2e) return after === 0x3a
    if (before === 0x2f) return after === 0x5d
    return before === 0x2d && after === 0x2d && classes[this.#at(start - 2)] !== 1
  }

  /** A byte of the text; a space around it. */
  #at(at: number): number {
    return at >= this.#from && at < this.#to ? (this.#bytes[at] as number) : 0x20
  }

  /** `%ASA-6-302013:`, `%LINEPROTO-5-UPDOWN:`: the digit is syslog's severity. */
  #cisco(at: number): boolean {
    let i = at + 1
    while (classes[this.#at(i)] === 1 || this.#at(i) === 0x5f) i++
    const digit = this.#at(i + 1) - 0x30
    const isCode = i > at + 1 && this.#at(i) === 0x2d && this.#at(i + 2) === 0x2d
    if (!isCode || !(digit >= 0 && digit <= 7)) return false
    this.number = severityOfPriority(digit)?.number ?? 0
    this.start = i + 1
    this.end = i + 2
    return true
  }
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39
}

function isIdentifier(byte: number): boolean {
  return byte === 0x5f || byte === 0x2d || byte === 0x2e || byte === 0x2f || isDigit(byte)
}

function isCapitals(bytes: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number
    if (byte >= 0x61) return false
  }
  return true
}

/** A colon opens as well: Apache's `[core:error]`. */
function isOpening(byte: number): boolean {
  return byte === 0x5b || byte === 0x3c || byte === 0x28 || byte === 0x7c || byte === 0x09 || byte === 0x3a
}

function isClosing(byte: number): boolean {
  return byte === 0x5d || byte === 0x3e || byte === 0x29 || byte === 0x7c || byte === 0x09
}
