import { daysSince1970, fullYear, isDay } from '../../lines/time/calendar.ts'
import type { Zone } from '../../lines/time/zone.ts'
import { localTime, zoneWords } from '../../lines/time/zone-words.ts'

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const monthNames =
  '(?<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)'
const dayNames = '(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*'

/** What each directive takes; those that stand for others first. Source: POSIX strptime, with Python's %f and %z. */
const composed: Readonly<Record<string, string>> = {
  '%T': '%H:%M:%S',
  '%R': '%H:%M',
  '%D': '%m/%d/%y',
  '%F': '%Y-%m-%d',
  '%h': '%b',
}
const directives: Readonly<Record<string, string>> = {
  Y: '(?<year>\\d{4})',
  y: '(?<shortYear>\\d{2})',
  m: '(?<monthNumber>\\d{1,2})',
  b: monthNames,
  B: monthNames,
  d: ' ?(?<day>\\d{1,2})',
  e: ' ?(?<day>\\d{1,2})',
  j: '(?<dayOfYear>\\d{1,3})',
  a: dayNames,
  A: dayNames,
  H: '(?<hour>\\d{1,2})',
  I: '(?<hour>\\d{1,2})',
  p: '(?<half>[ap]\\.?m\\.?)',
  M: '(?<minute>\\d{1,2})',
  S: '(?<second>\\d{1,2})',
  f: '(?<fraction>\\d{1,9})',
  L: '(?<fraction>\\d{1,9})',
  z: '(?<offset>z|[+-]\\d{2}(?::?\\d{2})?)',
  Z: '(?<zone>[a-z]{1,5}|[+-]\\d{2}(?::?\\d{2})?)',
  s: '(?<epoch>\\d{1,11})',
  n: '\\s+',
  t: '\\s+',
  '%': '%',
}

export interface Moment {
  seconds: number
  nanos: number
}

/** The problem with a format; undefined for a good one. */
export function problemOfFormat(format: string): string | undefined {
  const parts = expand(format)
  const seen = new Set<string>()
  for (const [written, letter = ''] of parts.matchAll(/%(.?)/g)) {
    const form = Object.hasOwn(directives, letter) ? directives[letter] : undefined
    if (form === undefined) return `${written} is none of %${Object.keys(directives).join(' %')}`
    const name = /\?<(\w+)>/.exec(form)?.[1]
    if (name !== undefined && seen.has(name)) return `${written} says what was said before it`
    if (name !== undefined) seen.add(name)
  }
  const isDate = seen.has('epoch') || seen.has('day') || seen.has('dayOfYear')
  return isDate ? undefined : 'it has no day: write as in %Y-%m-%d %H:%M:%S'
}

/**
 * A time in a form that is told by directives, as `strptime` takes it.
 *
 * @example
 * new TimeFormat('%d.%m.%Y %H:%M', () => 0, () => 0).read('28.11.2026 17:07') // => { seconds: 1795885620, nanos: 0 }
 */
export class TimeFormat {
  readonly #pattern: RegExp
  readonly #zone: Zone
  readonly #nowMs: () => number

  /** Texts are short and parts bounded: a backtracking engine does not take long. */
  constructor(format: string, zone: Zone, nowMs: () => number) {
    const source = expand(format).replaceAll(/%(.)|\s+|[^\w\s%]/g, (written, letter: string | undefined) =>
      letter !== undefined
        ? (directives[letter] ?? '')
        : written.trim() === ''
          ? '\\s+'
          : `\\u{${written.codePointAt(0)?.toString(16)}}`,
    )
    this.#pattern = new RegExp(`^${source}$`, 'iu')
    this.#zone = zone
    this.#nowMs = nowMs
  }

  read(text: string): Moment | undefined {
    const parts = this.#pattern.exec(text)?.groups
    if (parts === undefined) return undefined
    const nanos = Number((parts['fraction'] ?? '').padEnd(9, '0'))
    if (parts['epoch'] !== undefined) return { seconds: Number(parts['epoch']), nanos }
    const clock = clockOf(parts)
    if (clock < 0) return undefined
    const seconds =
      parts['year'] === undefined && parts['shortYear'] === undefined
        ? this.#nearest(parts, clock)
        : this.#moment(yearOf(parts), parts, clock)
    return seconds === undefined || seconds < 0 ? undefined : { seconds, nanos }
  }

  #moment(year: number, parts: Parts, clock: number): number | undefined {
    const day = dayOf(year, parts)
    if (day === undefined) return undefined
    const digits = day * 86_400 + clock
    const offset = offsetOf(parts)
    return digits - (offset === localTime ? this.#zone(digits) : offset)
  }

  /** Of a time without a year that of the nearest such day. */
  #nearest(parts: Parts, clock: number): number | undefined {
    const now = this.#nowMs() / 1000
    const year = new Date(now * 1000).getUTCFullYear()
    const moments = [year - 1, year, year + 1]
      .map(each => this.#moment(each, parts, clock))
      .filter(moment => moment !== undefined)
    return moments.toSorted((a, b) => Math.abs(a - now) - Math.abs(b - now))[0]
  }
}

type Parts = Readonly<Record<string, string | undefined>>

function expand(format: string): string {
  return format.replaceAll(/%[TRDFh]/g, written => composed[written] ?? written)
}

function yearOf(parts: Parts): number {
  return parts['year'] === undefined ? fullYear(Number(parts['shortYear'])) : Number(parts['year'])
}

/** Days since 1970; undefined for one that is not in the calendar. */
function dayOf(year: number, parts: Parts): number | undefined {
  if (parts['dayOfYear'] !== undefined) {
    const inYear = Number(parts['dayOfYear'])
    return inYear >= 1 && inYear <= 366 ? daysSince1970(year, 1, 1) + inYear - 1 : undefined
  }
  const month =
    parts['month'] === undefined
      ? Number(parts['monthNumber'] ?? 1)
      : months.indexOf(parts['month'].slice(0, 3).toLowerCase()) + 1
  const day = Number(parts['day'])
  return isDay(year, month, day) ? daysSince1970(year, month, day) : undefined
}

/** Seconds since midnight; -1 for what no clock shows. */
function clockOf(parts: Parts): number {
  const minute = Number(parts['minute'] ?? 0)
  const second = Number(parts['second'] ?? 0)
  let hour = Number(parts['hour'] ?? 0)
  if (parts['half'] !== undefined) {
    if (hour < 1 || hour > 12) return -1
    hour = (hour % 12) + (parts['half'].toLowerCase().startsWith('p') ? 12 : 0)
  }
  return hour < 24 && minute < 60 && second <= 60 ? hour * 3600 + minute * 60 + second : -1
}

/** In seconds; `localTime` where none is written. */
function offsetOf(parts: Parts): number {
  const text = parts['offset'] ?? parts['zone']
  if (text === undefined) return localTime
  const digits = /^([+-])(\d{2}):?(\d{2})?$/.exec(text)
  if (digits !== null)
    return (digits[1] === '-' ? -1 : 1) * (Number(digits[2]) * 3600 + Number(digits[3] ?? 0) * 60)
  const word = Buffer.from(text)
  return zoneWords.find(word, 0, word.length) ?? localTime
}
