import { endOfDigits, isBoundary, isLetter, notDigits, twoDigits } from './digits.ts'

const scales = [0, 100_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1000, 100, 10, 1]

/**
 * Reads the time of day: `17:07:26`, `17:07:26.123456`, `17:07:26,123`, `17:07`, `5:07:26 PM`, `17.07.26.123456`, `170726`. A second of 60 is
 * a leap second. Fractions finer than nanoseconds are stepped over.
 */
export class ClockReader {
  /** Since midnight. */
  seconds = 0
  nanos = 0
  end = 0

  read(bytes: Buffer, at: number, end: number): boolean {
    const isShort = bytes[at + 1] === 0x3a
    const hour = isShort ? oneDigit(bytes, at) : twoDigits(bytes, at)
    const minuteAt = isShort ? at + 2 : at + 3
    const stop = minuteAt + 2
    if (bytes[minuteAt - 1] === 0x2e) return this.#dotted(bytes, at, end)
    if (bytes[minuteAt - 1] !== 0x3a || stop > end) return false
    const hasSeconds = stop + 3 <= end && bytes[stop] === 0x3a
    if (!hasSeconds && !mayEnd(bytes, stop, end)) return false
    this.nanos = 0
    this.end = hasSeconds ? stop + 3 : stop
    const second = hasSeconds ? twoDigits(bytes, stop + 1) : 0
    if (!this.#set(hour, twoDigits(bytes, minuteAt), second)) return false
    if (hasSeconds) this.#fraction(bytes, end)
    return this.end >= end || this.#halfDay(bytes, hour, end)
  }

  /** `17.07.26` and `17.07.26.123456`: with fewer digits behind it is an address, or a version. */
  #dotted(bytes: Buffer, at: number, end: number): boolean {
    const stop = at + 8
    const rest = endOfDigits(bytes, stop + 1, end) - stop - 1
    const isClock =
      bytes[at + 5] === 0x2e && (isBoundary(bytes, stop, end) || (bytes[stop] === 0x2e && rest > 3))
    this.nanos = 0
    this.end = stop
    if (stop > end || !isClock) return false
    if (!this.#set(twoDigits(bytes, at), twoDigits(bytes, at + 3), twoDigits(bytes, at + 6))) return false
    this.#fraction(bytes, end)
    return true
  }

  /** `hhmmss`. */
  readCompact(bytes: Buffer, at: number, end: number): boolean {
    if (at + 6 > end || endOfDigits(bytes, at, end) !== at + 6) return false
    this.nanos = 0
    this.end = at + 6
    if (!this.#set(twoDigits(bytes, at), twoDigits(bytes, at + 2), twoDigits(bytes, at + 4))) return false
    this.#fraction(bytes, end)
    return true
  }

  #set(hour: number, minute: number, second: number): boolean {
    this.seconds = hour * 3600 + minute * 60 + second
    return hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 61
  }

  #fraction(bytes: Buffer, end: number): void {
    const at = this.end
    const mark = bytes[at]
    if (at >= end || (mark !== 0x2e && mark !== 0x2c && mark !== 0x3a)) return
    const stop = endOfDigits(bytes, at + 1, end)
    const count = stop - at - 1
    if (count === 0 || !isFraction(bytes, mark, count, stop, end)) return
    const last = Math.min(stop, at + 10)
    let value = 0
    for (let i = at + 1; i < last; i++) value = value * 10 + (bytes[i] as number) - 0x30
    this.nanos = count >= 9 ? value : value * (scales[count] as number)
    this.end = stop
  }

  /** ` PM` moves the hour; false where there is no such hour. The space may be one that does not break (U+202F). */
  #halfDay(bytes: Buffer, hour: number, end: number): boolean {
    const at = this.end
    const isNarrow = bytes[at] === 0xe2 && bytes[at + 1] === 0x80 && bytes[at + 2] === 0xaf
    const from = isNarrow ? at + 3 : bytes[at] === 0x20 ? at + 1 : at
    const letter = (bytes[from] as number) | 0x20
    if ((letter !== 0x61 && letter !== 0x70) || ((bytes[from + 1] as number) | 0x20) !== 0x6d) return true
    if (from + 2 > end || !isBoundary(bytes, from + 2, end)) return true
    // a word like any other after a clock of 24 hours
    if (hour > 12 || hour === 0) return from !== at
    this.seconds += ((letter === 0x70 ? 12 : 0) - (hour === 12 ? 12 : 0)) * 3600
    this.end = from + 2
    return true
  }
}

/**
 * After a comma the next column of a table may stand, so of what another comma follows only the usual numbers of digits
 * are a fraction; after a colon three are (WebSphere).
 */
function isFraction(bytes: Buffer, mark: number, count: number, stop: number, end: number): boolean {
  if (mark === 0x2e) return true
  const next = stop < end ? (bytes[stop] as number) : 0x20
  if (mark === 0x3a) return count === 3 && next !== 0x3a && isBoundary(bytes, stop, end)
  if (isLetter(next) && next !== 0x5a && next !== 0x7a) return false
  return count <= 9 && (next !== 0x2c || count % 3 === 0)
}

/** Minutes may be the last of a clock: before a zone, or where any word ends. */
function mayEnd(bytes: Buffer, at: number, end: number): boolean {
  if (at >= end) return true
  const next = bytes[at]
  if (next === 0x5a || next === 0x7a || next === 0x2b || next === 0x2d) return true
  return next !== 0x3a && isBoundary(bytes, at, end)
}

function oneDigit(bytes: Buffer, at: number): number {
  const digit = (bytes[at] as number) - 0x30
  return digit >= 0 && digit <= 9 ? digit : notDigits
}
