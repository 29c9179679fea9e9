import { daysSince1970, isDay } from './calendar.ts'
import { ClockReader } from './clock.ts'
import { DayReader, noYear } from './day.ts'
import { endOfDigits, fourDigits, twoDigits } from './digits.ts'
import { EpochReader } from './epoch.ts'
import { OffsetReader } from './offset.ts'
import { Tai64Reader } from './tai64.ts'
import type { Zone } from './zone.ts'
import { localTime } from './zone-words.ts'

const secondsPerDay = 86_400
/** A line without a year is from the past, but for clocks that differ. */
const mostAheadSeconds = 7 * secondsPerDay
/** Between two leap years lie eight, where a century is none. */
const mostYearsBack = 8
/** Nanoseconds beyond do not fit into 64 bits. */
const mostSeconds = 18_446_744_073

/**
 * Reads the time at a place in a line, in the forms that logs use:
 *
 *   2026-01-31T23:59:59.123456789Z      RFC 3339 and what resembles it: `T`, `_` or a space, `.` or `,`, slashes
 *   20260131T235959Z                    ISO 8601's basic form
 *   Jan 31 23:59:59                     syslog (RFC 3164): the last such day, seen from now
 *   31/Jan/2026:23:59:59 +0100          Apache's common log format
 *   Sat, 31 Jan 2026 23:59:59 GMT       RFC 5322, RFC 850 and asctime
 *   31.01.2026 23:59:59, 1/31/2026 11:59:59 PM, 2026 Jan 31 23:59:59, 2026-01-31-23.59.59.123456
 *   @400000006a1b2c3d00000000           TAI64N, as daemontools writes it
 *   1769903999.123, 1769903999123       seconds, milliseconds, microseconds or nanoseconds since 1970, by their digits
 *
 * A time without a zone is local; days and hours that do not exist are no times. The answer stands in the fields, so that
 * no object is made per line. Hot: guarded by the agent's benchmark.
 */
export class TimeReader {
  seconds = 0
  nanos = 0
  /** Where the time ends in the bytes. */
  end = 0
  readonly #zone: Zone
  readonly #nowMs: () => number
  readonly #day: DayReader
  readonly #clock = new ClockReader()
  readonly #offset = new OffsetReader()
  readonly #epoch = new EpochReader()
  readonly #tai64 = new Tai64Reader()
  #year = 0
  #yearStart = 0
  #yearEnd = 0

  constructor(zone: Zone, nowMs: () => number) {
    this.#zone = zone
    this.#nowMs = nowMs
    this.#day = new DayReader(nowMs)
  }

  /** A written date and time that begins at `start`. */
  read(bytes: Buffer, start: number, end: number): boolean {
    if (end - start < 13) return false
    const day = this.#day
    const dash = bytes[start + 4]
    if (dash === 0x2d && bytes[start + 7] === dash && end - start >= 19 && bytes[start + 13] === 0x3a) {
      return this.#rfc3339(bytes, start, end)
    }
    if (bytes[start] === 0x40) return this.#label(bytes, start, end)
    return day.read(bytes, start, end) && this.#afterDay(bytes, end)
  }

  /** klog's month and day, or glog's year, month and day, without signs between them; before the clock. */
  readKlog(bytes: Buffer, start: number, end: number): boolean {
    return end - start >= 13 && this.#day.readKlog(bytes, start, end) && this.#afterDay(bytes, end)
  }

  /** A value that is a time as a whole, written or since 1970. */
  readValue(bytes: Buffer, start: number, end: number): boolean {
    if (this.read(bytes, start, end)) return this.end === end
    const epoch = this.#epoch
    if (!epoch.read(bytes, start, end)) return false
    this.seconds = epoch.seconds
    this.nanos = epoch.nanos
    this.end = end
    return true
  }

  /**
   * The number that a line begins with, as the time since 1970: of as many digits as seconds, milliseconds, microseconds or
   * nanoseconds have now, and no later than clocks differ by. Ends before what divides it from the rest of the line.
   */
  readEpoch(bytes: Buffer, start: number, end: number): boolean {
    const whole = endOfDigits(bytes, start, end)
    // 10, 13, 16 and 19
    if ((whole - start) % 3 !== 1 || whole - start < 10) return false
    const stop = whole < end && bytes[whole] === 0x2e ? endOfDigits(bytes, whole + 1, end) : whole
    if (stop >= end || !isDivider(bytes[stop] as number)) return false
    return this.readValue(bytes, start, stop) && this.seconds <= this.#nowMs() / 1000 + mostAheadSeconds
  }

  #label(bytes: Buffer, start: number, end: number): boolean {
    const label = this.#tai64
    if (!label.read(bytes, start, end)) return false
    this.seconds = label.seconds
    this.nanos = label.nanos
    this.end = label.end
    return this.seconds < mostSeconds
  }

  /** By far the most frequent form. */
  #rfc3339(bytes: Buffer, start: number, end: number): boolean {
    const between = bytes[start + 10]
    if (between !== 0x54 && between !== 0x20 && between !== 0x74 && between !== 0x5f) return false
    const year = fourDigits(bytes, start)
    const month = twoDigits(bytes, start + 5)
    const day = twoDigits(bytes, start + 8)
    // MariaDB writes hours below ten with a space
    const clockAt = bytes[start + 11] === 0x20 ? start + 12 : start + 11
    if (!isDay(year, month, day) || !this.#clock.read(bytes, clockAt, end)) return false
    return this.#finish(bytes, end, year, month, day)
  }

  #afterDay(bytes: Buffer, end: number): boolean {
    const day = this.#day
    const clock = this.#clock
    const isRead =
      clock.read(bytes, day.end, end) || (day.isCompact && clock.readCompact(bytes, day.end, end))
    return isRead && this.#finish(bytes, end, day.year, day.month, day.day)
  }

  #finish(bytes: Buffer, end: number, givenYear: number, month: number, day: number): boolean {
    const clock = this.#clock
    const zone = this.#offset
    zone.read(bytes, clock.end, end)
    this.nanos = clock.nanos
    this.end = zone.end
    const year = givenYear === noYear ? this.#yearBehind(bytes, end) : givenYear
    if (year === noYear) return this.#nearest(month, day)
    return isDay(year, month, day) && this.#set(year, month, day)
  }

  /** asctime's ` 2026` behind the clock, of which the zone may follow. */
  #yearBehind(bytes: Buffer, end: number): number {
    const at = this.end
    if (bytes[at] !== 0x20 || endOfDigits(bytes, at + 1, end) !== at + 5) return noYear
    if (at + 5 < end && bytes[at + 5] !== 0x20 && bytes[at + 5] !== 0x5d) return noYear
    const zone = this.#offset
    if (zone.offset === localTime) zone.read(bytes, at + 5, end)
    this.end = Math.max(at + 5, zone.end)
    return fourDigits(bytes, at + 1)
  }

  #set(year: number, month: number, day: number): boolean {
    const digits = daysSince1970(year, month, day) * secondsPerDay + this.#clock.seconds
    const { offset, zone = this.#zone } = this.#offset
    this.seconds = digits - (offset === localTime ? zone(digits) : offset)
    return this.seconds >= 0 && this.seconds < mostSeconds
  }

  /** The latest such day that is not beyond what clocks differ by. */
  #nearest(month: number, day: number): boolean {
    const limit = this.#nowMs() / 1000 + mostAheadSeconds
    const latest = this.#yearOf(limit)
    for (let year = latest; year >= latest - mostYearsBack; year--) {
      if (!isDay(year, month, day)) continue
      const digits = daysSince1970(year, month, day) * secondsPerDay + this.#clock.seconds
      // no zone is so far from UTC: asking for it would cost, since what is kept of zones is the hour asked for last
      if (digits > limit + secondsPerDay) continue
      if (this.#set(year, month, day) && this.seconds <= limit) return true
    }
    return false
  }

  /** The year of a moment, worked out once a year. */
  #yearOf(seconds: number): number {
    if (seconds < this.#yearStart || seconds >= this.#yearEnd) {
      this.#year = new Date(seconds * 1000).getUTCFullYear()
      this.#yearStart = daysSince1970(this.#year, 1, 1) * secondsPerDay
      this.#yearEnd = daysSince1970(this.#year + 1, 1, 1) * secondsPerDay
    }
    return this.#year
  }
}

/** A space, a tab, `,`, `;`, `|` or a bracket that closes. */
function isDivider(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x2c || byte === 0x3b || byte === 0x7c || byte === 0x5d
}
