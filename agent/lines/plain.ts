import type { RecordDraft } from '../records/draft.ts'
import { AccessLines } from './access.ts'
import { AwsLines } from './aws.ts'
import { skipSigns } from './cisco.ts'
import { SeverityFinder } from './find-severity.ts'
import { severityWords } from './severity.ts'
import { SyslogLines } from './syslog.ts'
import { endOfDigits, isLetter } from './time/digits.ts'
import type { TimeReader } from './time/reader.ts'

/** How far in the bracketed time of an access line may begin: after an address and two names. */
const bracketReach = 128
/** How far in a time may begin that stands behind the level: `INFO  [main] 2026-…`. */
const lateReach = 64

/** What is inside a line behind its time, its own format; answers whether it was read. */
export type InnerReader = (bytes: Buffer, start: number, end: number) => boolean

/**
 * Finds time, severity and fields of a line of plain text: by the forms of syslog, klog, Redis, Ruby and of access lines,
 * else by the time that it begins with and the words that mean a severity.
 */
export class PlainLines {
  readonly #out: RecordDraft
  readonly #time: TimeReader
  readonly #severity = new SeverityFinder()
  readonly #syslog: SyslogLines
  readonly #access: AccessLines
  readonly #aws: AwsLines
  /** The line begins with syslog's priority. */
  hasPriority = false

  constructor(out: RecordDraft, time: TimeReader, namesService: boolean) {
    this.#out = out
    this.#time = time
    this.#syslog = new SyslogLines(out, time, namesService)
    this.#access = new AccessLines(out)
    this.#aws = new AwsLines(out)
  }

  /**
   * Answers where JSON or pairs may stand inside the line; `start` where there is no such place. A text that is coloured
   * is left alone: `isColoured` says so.
   */
  read(bytes: Buffer, start: number, end: number): number {
    this.hasPriority = bytes[start] === 0x3c && this.#syslog.read(bytes, start, end)
    if (this.hasPriority) return this.#syslog.textStart
    const text = this.#readTime(bytes, start, end)
    return this.#out.hasSeverity ? start : this.#readText(bytes, start, text, end)
  }

  get isColoured(): boolean {
    return this.#severity.hasColour
  }

  /** Ends a line in which nothing else was read. */
  end(bytes: Buffer, end: number): void {
    if (this.hasPriority) this.#syslog.writeMessage(bytes, end)
  }

  #readText(bytes: Buffer, start: number, text: number, end: number): number {
    if (this.#mayBeCisco(bytes, start, text, end) && this.#syslog.readCisco(bytes, text, end))
      return this.#syslog.textStart
    const inner = this.#innerStart(bytes, start, text, end)
    if (this.#letter(bytes, text, end) || this.#isRelayed(bytes, text, inner, end)) return start
    const found = this.#severity
    const from = inner > start ? inner : text
    if (found.find(bytes, from, end, text === start))
      this.#out.setSeverity(found.number, bytes, found.start, found.end)
    return inner
  }

  /** A percent sign behind the time, or behind a host that follows it. */
  #mayBeCisco(bytes: Buffer, start: number, text: number, end: number): boolean {
    if (text === start || text >= end || (bytes[text] !== 0x20 && bytes[text] !== 0x3a)) return false
    const at = skipSigns(bytes, text, end)
    if (at < end && bytes[at] === 0x25) return true
    let wordEnd = at
    while (wordEnd < end && bytes[wordEnd] !== 0x20) wordEnd++
    const next = skipSigns(bytes, wordEnd, end)
    return next < end && bytes[next] === 0x25
  }

  /** Behind syslog's header, or behind the time and a space. */
  #innerStart(bytes: Buffer, start: number, text: number, end: number): number {
    if (text === start || bytes[text] !== 0x20) return start
    // only syslog's own time has no year, and that of newer daemons an offset
    const isSure = isLetter(bytes[start] as number)
    if ((isSure || bytes[text - 3] === 0x3a) && this.#syslog.readHeader(bytes, text, end, isSure))
      return this.#syslog.textStart
    return text + 1
  }

  /** True for an access line behind syslog's header, of which the time is syslog's. */
  #isRelayed(bytes: Buffer, text: number, inner: number, end: number): boolean {
    // it begins with an address
    if (inner <= text + 1 || isLetter(bytes[inner] as number)) return false
    const bracket = findBracket(bytes, inner, Math.min(end, inner + bracketReach))
    if (bracket < 0 || !this.#time.read(bytes, bracket + 1, end)) return false
    return this.#access.read(bytes, inner, bracket, this.#time.end, end)
  }

  /** Answers where the text after the time begins; `start` where no time was found. */
  #readTime(bytes: Buffer, start: number, end: number): number {
    const first = bytes[start] as number
    if (first === 0x5b) return this.#bracketed(bytes, start, end)
    if (this.#take(bytes, start, end)) return this.#afterTime(bytes, end)
    if (isLetter(first)) return this.#lettered(bytes, start, end)
    if (first >= 0x30 && first <= 0x39) return this.#numbered(bytes, start, end)
    // Cisco's mark of a clock that is not set
    if (first === 0x2a) return this.#take(bytes, start + 1, end) ? this.#time.end : start
    return first === 0x3a || first === 0x2d ? this.#findBracket(bytes, start, end) : start
  }

  #bracketed(bytes: Buffer, start: number, end: number): number {
    if (this.#take(bytes, start + 1, end)) return this.#afterBracket(bytes, start, start, end)
    if (this.#takeEpoch(bytes, start + 1, end))
      return bytes[this.#time.end] === 0x5d ? this.#time.end + 1 : this.#time.end
    const digits = endOfDigits(bytes, start + 1, end)
    if (digits >= end || bytes[digits] !== 0x5d || digits === start + 1)
      return this.#prefixed(bytes, start, end)
    // Redis before 3.0: [1234] 28 Nov 17:07:26.123 * text
    return this.#take(bytes, digits + 2, end) ? this.#redis(bytes, start, end) : start
  }

  /** Past a time of UTC, behind which a load balancer's line goes on. */
  #afterTime(bytes: Buffer, end: number): number {
    const at = this.#time.end
    if (at < end && bytes[at] === 0x20 && bytes[at - 1] === 0x5a) this.#aws.readBalancer(bytes, at, end)
    return at
  }

  /** Past a time in brackets, of which an access line may be told. */
  #afterBracket(bytes: Buffer, start: number, bracket: number, end: number): number {
    const at = this.#time.end
    this.#access.read(bytes, start, bracket, at, end)
    return at
  }

  #lettered(bytes: Buffer, start: number, end: number): number {
    const next = bytes[start + 1] as number
    const number = letterSeverity(bytes[start] as number)
    if (number > 0 && next >= 0x30 && next <= 0x39) {
      if (!this.#time.readKlog(bytes, start + 1, end)) return start
      this.#keepTime()
      this.#out.setSeverity(number, bytes, start, start + 1)
      return this.#time.end
    }
    // Ruby's Logger: I, [2026-11-28T17:07:26.123456 #123]  INFO -- : text
    if (next === 0x2c && bytes[start + 3] === 0x5b && this.#take(bytes, start + 4, end)) return this.#time.end
    const typed = this.#aws.behindType(bytes, start, end)
    if (typed > start && this.#take(bytes, typed, end)) return this.#afterTime(bytes, end)
    const late = this.#prefixed(bytes, start, end)
    return late > start ? late : this.#findBracket(bytes, start, end)
  }

  /** A process id and role of Redis, a time since 1970, or the address that an access line begins with. */
  #numbered(bytes: Buffer, start: number, end: number): number {
    const digits = endOfDigits(bytes, start, end)
    const after = bytes[digits]
    if (after === 0x3a && isLetter(bytes[digits + 1] as number) && this.#take(bytes, digits + 3, end))
      return this.#redis(bytes, start, end)
    if (after === 0x3a && bytes[digits + 1] === 0x20 && this.#syslog.readCisco(bytes, start, end))
      return this.#syslog.textStart
    if (this.#takeEpoch(bytes, start, end)) return this.#time.end
    if (after === 0x2d && this.#aws.readTabbed(bytes, start, end, this.#time)) {
      this.#keepTime()
      return this.#time.end
    }
    return this.#findBracket(bytes, start, end)
  }

  #findBracket(bytes: Buffer, start: number, end: number): number {
    const bracket = findBracket(bytes, start + 1, Math.min(end, start + bracketReach))
    return bracket >= 0 && this.#take(bytes, bracket + 1, end)
      ? this.#afterBracket(bytes, start, bracket, end)
      : start
  }

  /** A time behind the level, or behind what collectors put before a line: `[web-1] 2026-…`, `web-1  | 2026-…`. */
  #prefixed(bytes: Buffer, start: number, end: number): number {
    const late = this.#late(bytes, start, end)
    if (late > start) return late
    const at = endOfPrefix(bytes, start, Math.min(end, start + lateReach))
    return at > start && this.#take(bytes, at, end) ? this.#time.end : start
  }

  /** A time behind the level, with nothing between them but signs and words in brackets. */
  #late(bytes: Buffer, start: number, end: number): number {
    const word = bytes[start] === 0x5b ? start + 1 : start
    const wordEnd = endOfLetters(bytes, word, end)
    const number = wordEnd - word < 3 ? undefined : severityWords.find(bytes, word, wordEnd)
    if (number === undefined) return start
    const at = skipBrackets(bytes, wordEnd, Math.min(end, start + lateReach))
    if (!this.#take(bytes, at, end)) return start
    this.#out.setSeverity(number, bytes, word, wordEnd)
    return this.#time.end
  }

  /** ` * `, ` # `, ` - `, ` . ` behind the time: notice, warning, verbose and debug. */
  #redis(bytes: Buffer, start: number, end: number): number {
    const at = this.#time.end
    const sign = bytes[at + 1]
    const number = sign === 0x23 ? 13 : sign === 0x2a ? 10 : sign === 0x2d || sign === 0x2e ? 5 : 0
    if (number > 0 && bytes[at] === 0x20 && bytes[at + 2] === 0x20 && at + 2 < end && start < at)
      this.#out.setSeverity(number, bytes, at + 1, at + 2)
    return at
  }

  /** A letter for the level behind the time: MongoDB's and etcd's `I NETWORK`, `W | text`; Android's after two numbers. */
  #letter(bytes: Buffer, text: number, end: number): boolean {
    let at = text
    for (let words = 0; words < 3; words++) {
      while (at < end && bytes[at] === 0x20) at++
      const stop = endOfDigits(bytes, at, end)
      if (stop === at) break
      at = stop
    }
    const next = bytes[at + 2] as number
    if (at === text || at + 2 >= end || bytes[at - 1] !== 0x20 || bytes[at + 1] !== 0x20) return false
    const number = letterSeverity(bytes[at] as number)
    const isSign = next === 0x7c || next === 0x5b || (next >= 0x41 && next <= 0x5a)
    if (number === 0 || !isSign) return false
    this.#out.setSeverity(number, bytes, at, at + 1)
    return true
  }

  #take(bytes: Buffer, at: number, end: number): boolean {
    if (!this.#time.read(bytes, at, end)) return false
    this.#keepTime()
    return true
  }

  #takeEpoch(bytes: Buffer, start: number, end: number): boolean {
    if (!this.#time.readEpoch(bytes, start, end)) return false
    this.#keepTime()
    return true
  }

  #keepTime(): void {
    this.#out.seconds = this.#time.seconds
    this.#out.nanos = this.#time.nanos
  }
}

/** Where Apache's form of a time stands in brackets, the only one that stands further in: `[dd/Mon/`. -1 for nowhere. */
function findBracket(bytes: Buffer, from: number, limit: number): number {
  for (let at = from; at < limit; at++) if (bytes[at] === 0x5b && bytes[at + 3] === 0x2f) return at
  return -1
}

function endOfLetters(bytes: Buffer, from: number, end: number): number {
  let at = from
  while (at < end && isLetter(bytes[at] as number)) at++
  return at
}

/** Behind `[NAME] ` or `NAME | `; `start` where neither stands there. */
function endOfPrefix(bytes: Buffer, start: number, limit: number): number {
  const close = bytes[start] === 0x5b ? 0x5d : 0x7c
  let at = start
  while (
    at < limit &&
    bytes[at] !== close &&
    (bytes[at] !== 0x20 || bytes[at + 1] === 0x20 || bytes[at + 1] === close)
  )
    at++
  return at + 1 < limit && bytes[at] === close && bytes[at + 1] === 0x20 ? at + 2 : start
}

/** Steps over signs, and over brackets that do not begin with a digit. */
function skipBrackets(bytes: Buffer, from: number, limit: number): number {
  let at = from
  while (at < limit) {
    const byte = bytes[at] as number
    if (byte === 0x5b && isLetter(bytes[at + 1] as number)) while (at < limit && bytes[at] !== 0x5d) at++
    else if (isLetter(byte) || (byte >= 0x30 && byte <= 0x39)) return at
    at++
  }
  return at
}

/** The letters by which klog, glog, MongoDB, etcd and Android tell the level; 0 for any other. */
function letterSeverity(letter: number): number {
  switch (letter) {
    case 0x44:
    case 0x56:
      return 5
    case 0x49:
      return 9
    case 0x57:
      return 13
    case 0x45:
      return 17
    case 0x46:
      return 21
    default:
      return 0
  }
}
