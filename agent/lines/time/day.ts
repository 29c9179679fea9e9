import { daysSince1970, fullYear, isDay } from './calendar.ts'
import { endOfDigits, fourDigits, isLetter, notDigits, twoDigits } from './digits.ts'

/** Of a date that does not say its year. */
export const noYear = -1

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'].map(
  codeOfWord,
)
const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map(codeOfWord)
/** Letters of each month's full name: what goes on differently is another word. */
const monthLetters = [7, 8, 5, 5, 3, 4, 4, 6, 9, 7, 8, 8]
/** Letters of the longest month or weekday after its first three. */
const restOfName = 6

/**
 * Reads the date that stands before a time of day, and what divides the two. Of dates in figures alone `2026-11-28` and
 * its like are year first, `28.11.2026` is day first, `11/28/2026` month first, each unless the calendar says otherwise, and of
 * `26/11/28` and the like the reading nearest to now is taken.
 */
export class DayReader {
  year = 0
  month = 0
  day = 0
  /** Where the time of day begins. */
  end = 0
  /** True for `20261128`: the time of day may then be `170726`. */
  isCompact = false
  readonly #nowMs: () => number

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  read(bytes: Buffer, start: number, end: number): boolean {
    this.isCompact = false
    const first = bytes[start] as number
    if (isLetter(first)) return this.#words(bytes, start, end)
    const stop = endOfDigits(bytes, start, end)
    switch (stop - start) {
      case 1:
      case 2:
        return this.#short(bytes, start, stop, end)
      case 4:
        return this.#yearFirst(bytes, start, stop, end)
      case 6:
        return this.#mysql(bytes, start, stop)
      case 8:
        return this.#compact(bytes, start, stop)
      default:
        return false
    }
  }

  /** klog's `1128` and glog's `20261128`, before a space. */
  readKlog(bytes: Buffer, start: number, end: number): boolean {
    const stop = endOfDigits(bytes, start, end)
    if (bytes[stop] !== 0x20) return false
    if (stop - start === 8) return this.#compact(bytes, start, stop)
    this.end = stop + 1
    return stop - start === 4 && this.#set(noYear, twoDigits(bytes, start), twoDigits(bytes, start + 2))
  }

  #yearFirst(bytes: Buffer, start: number, stop: number, end: number): boolean {
    const sign = bytes[stop]
    if (isLetter(bytes[stop + 1] as number)) return this.#yearAndName(bytes, start, stop, end)
    if ((sign !== 0x2d && sign !== 0x2f && sign !== 0x2e) || bytes[stop + 3] !== sign) return false
    const isSet = this.#set(fourDigits(bytes, start), twoDigits(bytes, stop + 1), twoDigits(bytes, stop + 4))
    // Db2 has a hyphen before the clock, too
    if (isSet && sign === 0x2d && bytes[stop + 6] === sign) {
      this.end = stop + 7
      return bytes[stop + 9] === 0x2e
    }
    return isSet && this.#divider(bytes, stop + 6)
  }

  /** `2026 Nov 28`, as NX-OS has it, and Boost's `2026-Nov-28`. */
  #yearAndName(bytes: Buffer, start: number, stop: number, end: number): boolean {
    const sign = bytes[stop]
    const month = monthAt(bytes, stop + 1)
    const name = endOfName(bytes, stop + 1, end)
    if ((sign !== 0x20 && sign !== 0x2d) || month === 0 || bytes[name] !== sign) return false
    const dayAt = bytes[name + 1] === 0x20 ? name + 2 : name + 1
    const dayEnd = endOfDigits(bytes, dayAt, end)
    if (name !== stop + 4 || dayEnd === dayAt || dayEnd - dayAt > 2) return false
    const isSet = this.#set(fourDigits(bytes, start), month, numberOf(bytes, dayAt, dayEnd))
    return isSet && this.#divider(bytes, dayEnd)
  }

  #compact(bytes: Buffer, start: number, stop: number): boolean {
    this.isCompact = true
    const isSet = this.#set(
      fourDigits(bytes, start),
      twoDigits(bytes, start + 4),
      twoDigits(bytes, start + 6),
    )
    if (!isSet || bytes[stop] !== 0x2d) return isSet && this.#divider(bytes, stop)
    this.end = stop + 1
    return true
  }

  /** `261128 17:07:26`, `261128  7:07:26`: MySQL before 5.7. */
  #mysql(bytes: Buffer, start: number, stop: number): boolean {
    if (bytes[stop] !== 0x20) return false
    this.end = bytes[stop + 1] === 0x20 ? stop + 2 : stop + 1
    const year = fullYear(twoDigits(bytes, start))
    return this.#set(year, twoDigits(bytes, start + 2), twoDigits(bytes, start + 4))
  }

  /** Dates that begin with one or two digits. */
  #short(bytes: Buffer, start: number, stop: number, end: number): boolean {
    const first = numberOf(bytes, start, stop)
    const sign = bytes[stop]
    if (sign !== 0x2f && sign !== 0x2e && sign !== 0x2d && sign !== 0x20) return false
    if (isLetter(bytes[stop + 1] as number)) return this.#dayFirst(bytes, first, stop, end)
    const middleEnd = endOfDigits(bytes, stop + 1, end)
    const middle = numberOf(bytes, stop + 1, middleEnd)
    if (sign === 0x20 || middleEnd - stop - 1 > 2 || middleEnd === stop + 1) return false
    if (sign === 0x2d && bytes[middleEnd] === 0x20) return this.#logcat(first, middle, middleEnd)
    if (bytes[middleEnd] !== sign) return false
    const lastEnd = endOfDigits(bytes, middleEnd + 1, end)
    const last = numberOf(bytes, middleEnd + 1, lastEnd)
    const isSet =
      lastEnd - middleEnd === 5
        ? this.#figures(sign, first, middle, last)
        : lastEnd - middleEnd === 3 && sign === 0x2f && this.#nearest(first, middle, last)
    return isSet && this.#divider(bytes, lastEnd)
  }

  #figures(sign: number, first: number, middle: number, year: number): boolean {
    if (sign === 0x2f && this.#set(year, first, middle)) return true
    return this.#set(year, middle, first) || this.#set(year, first, middle)
  }

  /** Three numbers of two digits: Spark's year, month, day, or the American month, day, year. */
  #nearest(first: number, middle: number, last: number): boolean {
    const spark = distance(fullYear(first), middle, last, this.#nowMs())
    const american = distance(fullYear(last), first, middle, this.#nowMs())
    return spark <= american
      ? this.#set(fullYear(first), middle, last)
      : this.#set(fullYear(last), first, middle)
  }

  /** `11-28 17:07:26.123`: Android. */
  #logcat(month: number, day: number, stop: number): boolean {
    this.end = stop + 1
    return this.#set(noYear, month, day)
  }

  /** `28/Nov/2026`, `28-Nov-26`, `28 Nov 2026`, `28 Nov`. */
  #dayFirst(bytes: Buffer, day: number, at: number, end: number): boolean {
    const month = monthAt(bytes, at + 1)
    const name = endOfName(bytes, at + 1, end)
    if (month === 0 || bytes[name] !== bytes[at]) return false
    const stop = endOfDigits(bytes, name + 1, end)
    if (bytes[stop] === 0x3a && stop - name === 3 && bytes[at] === 0x20) {
      this.end = name + 1
      return this.#set(noYear, month, day)
    }
    const year = numberOf(bytes, name + 1, stop)
    if (stop - name !== 5 && stop - name !== 3) return false
    return this.#set(stop - name === 3 ? fullYear(year) : year, month, day) && this.#divider(bytes, stop)
  }

  /** Dates that begin with a word: a weekday, which says nothing, or a month. */
  #words(bytes: Buffer, start: number, end: number): boolean {
    const month = monthAt(bytes, start)
    if (month > 0) return this.#monthFirst(bytes, month, start, end)
    if (!weekdays.includes(codeAt(bytes, start))) return false
    const name = endOfName(bytes, start, end)
    const next = bytes[name] === 0x2c ? name + 2 : name + 1
    if (next >= end || bytes[next - 1] !== 0x20) return false
    const isWord = isLetter(bytes[next] as number)
    const after = isWord ? monthAt(bytes, next) : 0
    return isWord ? after > 0 && this.#monthFirst(bytes, after, next, end) : this.read(bytes, next, end)
  }

  /** `Nov 28`, `Nov  8`, `Nov 28 2026`, `Nov 28, 2026,`, and `November` in full. */
  #monthFirst(bytes: Buffer, month: number, start: number, end: number): boolean {
    const name = endOfName(bytes, start, end)
    const isFull = name - start === monthLetters[month - 1]
    if (bytes[name] !== 0x20 || !(isFull || name === start + 3)) return false
    const dayAt = bytes[name + 1] === 0x20 ? name + 2 : name + 1
    const dayEnd = endOfDigits(bytes, dayAt, end)
    if (dayEnd === dayAt || dayEnd - dayAt > 2) return false
    const day = numberOf(bytes, dayAt, dayEnd)
    const next = bytes[dayEnd] === 0x2c ? dayEnd + 2 : dayEnd + 1
    if (bytes[next - 1] !== 0x20) return false
    const yearEnd = endOfDigits(bytes, next, end)
    if (yearEnd - next !== 4) {
      this.end = next
      return this.#set(noYear, month, day)
    }
    return this.#set(fourDigits(bytes, next), month, day) && this.#divider(bytes, yearEnd)
  }

  #divider(bytes: Buffer, at: number): boolean {
    const sign = bytes[at]
    if (sign === 0x2c || sign === 0x3a) {
      const isLong = bytes[at + 1] === (sign === 0x2c ? 0x20 : 0x3a)
      this.end = isLong ? at + 2 : at + 1
      return isLong || sign === 0x3a
    }
    this.end = at + 1
    return sign === 0x20 || sign === 0x54 || sign === 0x74 || sign === 0x5f
  }

  /** A day without a year is one of a leap year, as the 29 February may be. */
  #set(year: number, month: number, day: number): boolean {
    this.year = year
    this.month = month
    this.day = day
    return isDay(year === noYear ? 2000 : year, month, day)
  }
}

function distance(year: number, month: number, day: number, nowMs: number): number {
  if (!isDay(year, month, day)) return Number.POSITIVE_INFINITY
  return Math.abs(daysSince1970(year, month, day) * 86_400_000 - nowMs)
}

/** The number that the digits of a range make. */
function numberOf(bytes: Buffer, start: number, end: number): number {
  let value = start === end ? notDigits : 0
  for (let i = start; i < end; i++) value = value * 10 + (bytes[i] as number) - 0x30
  return value
}

function codeOfWord(word: string): number {
  return codeAt(Buffer.from(word), 0)
}

/** Three letters as one number, their case aside. */
function codeAt(bytes: Buffer, at: number): number {
  return (
    (((bytes[at] as number) | 0x20) << 16) |
    (((bytes[at + 1] as number) | 0x20) << 8) |
    ((bytes[at + 2] as number) | 0x20)
  )
}

/** 1 to 12; 0 where no month begins. */
function monthAt(bytes: Buffer, at: number): number {
  return months.indexOf(codeAt(bytes, at)) + 1
}

function endOfName(bytes: Buffer, at: number, end: number): number {
  const limit = Math.min(end, at + 3 + restOfName)
  let i = at + 3
  while (i < limit && isLetter(bytes[i] as number)) i++
  return i
}
