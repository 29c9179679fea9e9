import { isDigit } from '../records/bytes.ts'

/** Answers the offset of local time from UTC, in seconds, at a moment given as if its digits were UTC. */
export type Zone = (digitsAsUtcSeconds: number) => number

export const utc: Zone = () => 0

/** The machine's own zone; asked once an hour of log time, since daylight saving changes on whole hours. */
export function localZone(): Zone {
  let hour = Number.NaN
  let offset = 0
  return seconds => {
    const thisHour = Math.floor(seconds / 3600)
    if (thisHour !== hour) {
      hour = thisHour
      const digits = new Date(seconds * 1000)
      const local = new Date(
        digits.getUTCFullYear(),
        digits.getUTCMonth(),
        digits.getUTCDate(),
        digits.getUTCHours(),
      )
      offset = thisHour * 3600 - Math.floor(local.getTime() / 1000)
    }
    return offset
  }
}

const months = 'janfebmaraprmayjunjulaugsepoctnovdec'

/**
 * Reads the time at a place in a line, in the forms that logs use:
 *
 *   2026-01-31T23:59:59.123456789Z   RFC 3339, with `T` or a space, `.` or `,`, any offset or none; also with slashes
 *   Jan 31 23:59:59                  syslog (RFC 3164), whose year is the present or, in January, the last
 *   31/Jan/2026:23:59:59 +0100       Apache's common log format
 *   1769903999.123, 1769903999123    seconds, milliseconds, microseconds or nanoseconds since 1970, by their digits
 *
 * A time without an offset is local. The answer stands in the fields, so that no object is made per line.
 */
export class TimeReader {
  seconds = 0
  nanos = 0
  /** Where the time ends in the bytes. */
  end = 0
  readonly #zone: Zone
  readonly #nowMs: () => number
  #year = 0
  #month = 0
  #day = 0
  #clockSeconds = 0

  constructor(zone: Zone, nowMs: () => number) {
    this.#zone = zone
    this.#nowMs = nowMs
  }

  /** A written date and time. */
  read(bytes: Buffer, start: number, end: number): boolean {
    const first = bytes[start]
    if (first === undefined || end - start < 15) return false
    if (!isDigit(first)) return this.#syslog(bytes, start, end)
    return bytes[start + 2] === 0x2f ? this.#common(bytes, start, end) : this.#rfc3339(bytes, start, end)
  }

  /** A number since 1970. */
  readEpoch(bytes: Buffer, start: number, end: number): boolean {
    let digits = start
    while (digits < end && isDigit(bytes[digits])) digits++
    const whole = digits - start
    if (whole < 9 || whole > 19) return false
    const secondsDigits = whole <= 11 ? whole : whole <= 14 ? whole - 3 : whole <= 17 ? whole - 6 : whole - 9
    this.seconds = number(bytes, start, start + secondsDigits)
    let nanos = number(bytes, start + secondsDigits, digits) * 10 ** (9 - (whole - secondsDigits))
    this.end = digits
    if (bytes[digits] === 0x2e && digits < end) {
      this.#fraction(bytes, digits, end)
      nanos += Math.floor(this.nanos / 10 ** (whole - secondsDigits))
    }
    this.nanos = nanos
    return this.end === end
  }

  #rfc3339(bytes: Buffer, start: number, end: number): boolean {
    const dash = bytes[start + 4]
    if ((dash !== 0x2d && dash !== 0x2f) || bytes[start + 7] !== dash || end - start < 19) return false
    const between = bytes[start + 10]
    if (between !== 0x54 && between !== 0x20 && between !== 0x74) return false
    this.#year = number(bytes, start, start + 4)
    this.#month = number(bytes, start + 5, start + 7)
    this.#day = number(bytes, start + 8, start + 10)
    if (!this.#clock(bytes, start + 11)) return false
    this.#fraction(bytes, this.end, end)
    return this.#finish(this.#offset(bytes, end))
  }

  #syslog(bytes: Buffer, start: number, end: number): boolean {
    if (bytes[start + 3] !== 0x20 || bytes[start + 6] !== 0x20) return false
    this.#month = monthOf(bytes, start)
    const tens = bytes[start + 4] === 0x20 ? start + 5 : start + 4
    this.#day = number(bytes, tens, start + 6)
    if (this.#month === 0 || !this.#clock(bytes, start + 7)) return false
    this.#fraction(bytes, this.end, end)
    const now = this.#nowMs()
    this.#year = new Date(now).getUTCFullYear()
    if (!this.#finish(undefined)) return false
    // no year is written: one more than a day ahead of now was last year's
    if (this.seconds > now / 1000 + 86_400) {
      this.#year--
      return this.#finish(undefined)
    }
    return true
  }

  #common(bytes: Buffer, start: number, end: number): boolean {
    if (end - start < 20 || bytes[start + 6] !== 0x2f || bytes[start + 11] !== 0x3a) return false
    this.#day = number(bytes, start, start + 2)
    this.#month = monthOf(bytes, start + 3)
    this.#year = number(bytes, start + 7, start + 11)
    if (!this.#clock(bytes, start + 12)) return false
    this.nanos = 0
    return this.#finish(this.#offset(bytes, end))
  }

  /** `HH:MM:SS`. */
  #clock(bytes: Buffer, at: number): boolean {
    if (bytes[at + 2] !== 0x3a || bytes[at + 5] !== 0x3a) return false
    const hour = number(bytes, at, at + 2)
    const minute = number(bytes, at + 3, at + 5)
    const second = number(bytes, at + 6, at + 8)
    if (!(hour < 24 && minute < 60 && second < 61)) return false
    this.#clockSeconds = hour * 3600 + minute * 60 + second
    this.end = at + 8
    return true
  }

  #fraction(bytes: Buffer, at: number, end: number): void {
    this.nanos = 0
    const mark = bytes[at]
    if (at >= end || (mark !== 0x2e && mark !== 0x2c) || !isDigit(bytes[at + 1])) return
    let i = at + 1
    let scale = 100_000_000
    for (; i < end && isDigit(bytes[i]); i++) {
      this.nanos += ((bytes[i] as number) - 0x30) * Math.floor(scale)
      scale /= 10
    }
    this.end = i
  }

  /** The offset from UTC in seconds at `this.end`, which is moved past it; undefined where none is written. */
  #offset(bytes: Buffer, end: number): number | undefined {
    const at = bytes[this.end] === 0x20 && this.end + 1 < end ? this.end + 1 : this.end
    const sign = at < end ? bytes[at] : undefined
    if (sign === 0x5a || sign === 0x7a) {
      this.end = at + 1
      return 0
    }
    if (sign === 0x55 && bytes[at + 1] === 0x54 && bytes[at + 2] === 0x43) {
      this.end = at + 3
      return 0
    }
    if ((sign !== 0x2b && sign !== 0x2d) || at + 5 > end) return undefined
    const colon = bytes[at + 3] === 0x3a ? 1 : 0
    const hours = number(bytes, at + 1, at + 3)
    const minutes = number(bytes, at + 3 + colon, at + 5 + colon)
    if (!(hours <= 18 && minutes < 60)) return undefined
    this.end = at + 5 + colon
    return (sign === 0x2d ? -1 : 1) * (hours * 3600 + minutes * 60)
  }

  #finish(offset: number | undefined): boolean {
    if (!(this.#month >= 1 && this.#month <= 12 && this.#day >= 1 && this.#day <= 31)) return false
    const digits = daysSince1970(this.#year, this.#month, this.#day) * 86_400 + this.#clockSeconds
    this.seconds = digits - (offset ?? this.#zone(digits))
    // a year that was not digits makes all of this NaN
    return this.seconds >= 0
  }
}

/** The number written in digits; NaN where there is anything else. */
function number(bytes: Buffer, start: number, end: number): number {
  let value = 0
  for (let i = start; i < end; i++) {
    const digit = (bytes[i] as number) - 0x30
    if (!(digit >= 0 && digit <= 9)) return Number.NaN
    value = value * 10 + digit
  }
  return value
}

function monthOf(bytes: Buffer, at: number): number {
  for (let month = 0; month < 12; month++) {
    const i = month * 3
    if (
      months.charCodeAt(i) === ((bytes[at] as number) | 0x20) &&
      months.charCodeAt(i + 1) === ((bytes[at + 1] as number) | 0x20) &&
      months.charCodeAt(i + 2) === ((bytes[at + 2] as number) | 0x20)
    )
      return month + 1
  }
  return 0
}

/** Source: Howard Hinnant, "chrono-compatible low-level date algorithms", days_from_civil. */
function daysSince1970(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}
