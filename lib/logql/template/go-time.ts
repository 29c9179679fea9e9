import { TemplateError } from '../../go-template/index.ts'

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
/** The parts of Go's layouts, longest first. Source: Go's time package, layouts. */
const parts =
  /January|Jan|Monday|Mon|MST|2006|-07:00:00|-070000|Z07:00:00|Z070000|-07:00|-0700|Z07:00|Z0700|-07|Z07|__2|002|_2|01|02|03|04|05|06|15|PM|pm|[.,](?:0+|9+)(?!\d)|1|2|3|4|5/g

interface Parts {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
  nanos: number
  offsetSeconds: number
  zone: string
  weekday: number
  yearDay: number
}

/** A moment as a layout has it: `2006-01-02T15:04:05Z07:00`. Errors: TemplateError for a zone that nobody knows. */
export function formatTime(layout: string, epochNs: bigint, zone: string): string {
  const at = partsOf(epochNs, zone)
  return layout.replace(parts, part => formatPart(part, at))
}

const two = (value: number) => String(value).padStart(2, '0')
const hour12 = ({ hour }: Parts) => (hour % 12 === 0 ? 12 : hour % 12)

const forms: Readonly<Record<string, (at: Parts) => string>> = {
  January: at => months[at.month - 1] ?? '',
  Jan: at => (months[at.month - 1] ?? '').slice(0, 3),
  Monday: at => days[at.weekday] ?? '',
  Mon: at => (days[at.weekday] ?? '').slice(0, 3),
  MST: at => at.zone,
  '2006': at => String(at.year).padStart(4, '0'),
  '06': at => two(at.year % 100),
  '01': at => two(at.month),
  '1': at => String(at.month),
  '02': at => two(at.day),
  _2: at => String(at.day).padStart(2, ' '),
  '2': at => String(at.day),
  '002': at => String(at.yearDay).padStart(3, '0'),
  __2: at => String(at.yearDay).padStart(3, ' '),
  '15': at => two(at.hour),
  '03': at => two(hour12(at)),
  '3': at => String(hour12(at)),
  '04': at => two(at.minute),
  '4': at => String(at.minute),
  '05': at => two(at.second),
  '5': at => String(at.second),
  PM: at => (at.hour < 12 ? 'AM' : 'PM'),
  pm: at => (at.hour < 12 ? 'am' : 'pm'),
}

function formatPart(part: string, at: Parts): string {
  if (/^[.,]/.test(part)) return fraction(part, at.nanos)
  if (/^[-Z]/.test(part)) return offset(part, at.offsetSeconds)
  return forms[part]?.(at) ?? part
}

function fraction(part: string, nanos: number): string {
  const digits = String(nanos)
    .padStart(9, '0')
    .slice(0, part.length - 1)
  if (part[1] === '0') return part[0] + digits
  const kept = digits.replace(/0+$/, '')
  return kept === '' ? '' : part[0] + kept
}

function offset(part: string, seconds: number): string {
  if (part.startsWith('Z') && seconds === 0) return 'Z'
  const size = Math.abs(seconds)
  const colon = part.includes(':') ? ':' : ''
  const two = (value: number) => String(value).padStart(2, '0')
  const hours = `${seconds < 0 ? '-' : '+'}${two(Math.floor(size / 3600))}`
  return part.length <= 3 ? hours : `${hours}${colon}${two(Math.floor(size / 60) % 60)}`
}

/** A text read by a layout. What a layout does not say is the first of its kind. Errors: TemplateError. */
export function parseTime(layout: string, text: string, zone: string): bigint {
  const names: string[] = []
  const source = layout.split(parts).length === 1 ? escaped(layout) : patternOf(layout, names)
  const found = new RegExp(`^${source}$`, 'i').exec(text)
  // Go answers its zero time where a text does not fit
  if (found === null) return -62_135_596_800_000_000_000n
  const given = new Map(names.map((name, i) => [name, found[i + 1] ?? '']))
  return epochOf(given, zone)
}

function patternOf(layout: string, names: string[]): string {
  let source = ''
  let at = 0
  for (const found of layout.matchAll(parts)) {
    source += escaped(layout.slice(at, found.index)) + partPattern(found[0])
    names.push(found[0])
    at = found.index + found[0].length
  }
  return source + escaped(layout.slice(at))
}

// seconds may have a fraction, whether or not the layout says so
const patterns: Readonly<Record<string, string>> = {
  January: '([a-z]+)',
  Monday: '([a-z]+)',
  Jan: '([a-z]{3})',
  Mon: '([a-z]{3})',
  MST: '([a-z]{3,5}|[+-]\\d\\d)',
  '2006': '(\\d{4})',
  PM: '(am|pm)',
  pm: '(am|pm)',
  '05': '(\\d{2}(?:[.,]\\d+)?)',
  '5': '(\\d{1,2}(?:[.,]\\d+)?)',
  '002': '([\\d ]{3})',
  __2: '([\\d ]{3})',
  _2: '( ?\\d{1,2})',
}

function partPattern(part: string): string {
  if (/^[.,]/.test(part)) return part[1] === '0' ? `[.,](\\d{${part.length - 1}})` : '(?:[.,](\\d+))?'
  if (/^[-Z]/.test(part)) return '(Z|[+-]\\d\\d:?(?:\\d\\d)?)'
  return patterns[part] ?? (part.length === 2 ? '(\\d{2})' : '( ?\\d{1,2})')
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

function epochOf(given: ReadonlyMap<string, string>, zone: string): bigint {
  const first = (...names: string[]) => names.map(name => given.get(name)).find(value => value !== undefined)
  const number = (fallback: number, ...names: string[]) => Number(first(...names) ?? fallback)
  const named = first('January', 'Jan')
  const month =
    named === undefined
      ? number(1, '01', '1')
      : months.findIndex(month => month.toLowerCase().startsWith(named.toLowerCase().slice(0, 3))) + 1
  const short = given.get('06')
  const year = short === undefined ? number(0, '2006') : Number(short) + (Number(short) >= 69 ? 1900 : 2000)
  const half = first('PM', 'pm')?.toLowerCase()
  let hour = number(0, '15', '03', '3')
  if (half === 'pm' && hour < 12) hour += 12
  if (half === 'am' && hour === 12) hour = 0
  const [seconds = '0', fraction = ''] = (first('05', '5') ?? '0').split(/[.,]/)
  const separate = [...given].find(([name]) => /^[.,]/.test(name))?.[1] ?? ''
  const nanos = BigInt((separate || fraction).padEnd(9, '0').slice(0, 9) || '0')
  const local = Date.UTC(
    year,
    month - 1,
    number(1, '02', '_2', '2'),
    hour,
    number(0, '04', '4'),
    Number(seconds),
  )
  const utc = new Date(local)
  if (year < 100) utc.setUTCFullYear(year)
  const own = [...given].find(([name]) => /^[-Z]/.test(name))?.[1]
  const offsetMs = own === undefined ? zoneOffsetMs(utc.getTime(), zone) : offsetOf(own) * 1000
  return BigInt(utc.getTime() - offsetMs) * 1_000_000n + nanos
}

function offsetOf(text: string): number {
  const found = /^([+-])(\d\d):?(\d\d)?$/.exec(text)
  if (found === null) return 0
  return (found[1] === '-' ? -1 : 1) * (Number(found[2]) * 3600 + Number(found[3] ?? 0) * 60)
}

/** How far a zone is ahead at a local time. */
function zoneOffsetMs(localMs: number, zone: string): number {
  const guess = localMs - offsetAtMs(localMs, zone)
  return offsetAtMs(guess, zone)
}

function offsetAtMs(ms: number, zone: string): number {
  if (zone === 'UTC' || zone === '') return 0
  const at = zoned(ms, zone)
  return Date.UTC(at.year, at.month - 1, at.day, at.hour, at.minute, at.second) - Math.floor(ms / 1000) * 1000
}

function zoned(ms: number, zone: string) {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: knownZone(zone),
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  const of = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]))
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = of
  return { year, month, day, hour, minute, second }
}

/** A zone that nobody knows is UTC, as Loki has it. */
function knownZone(zone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone
  } catch (error) {
    if (error instanceof RangeError) return 'UTC'
    throw error
  }
}

function partsOf(epochNs: bigint, zone: string): Parts {
  const seconds = epochNs / 1_000_000_000n - (epochNs % 1_000_000_000n < 0n ? 1n : 0n)
  const ms = Number(seconds) * 1000
  if (Number.isNaN(new Date(ms).getTime())) throw new TemplateError('the time is out of range')
  const offsetMs = offsetAtMs(ms, zone)
  const date = new Date(ms + offsetMs)
  const year = date.getUTCFullYear()
  return {
    year,
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    nanos: Number(epochNs - seconds * 1_000_000_000n),
    offsetSeconds: offsetMs / 1000,
    zone: zone === 'UTC' ? 'UTC' : zone,
    weekday: date.getUTCDay(),
    yearDay: Math.floor((date.getTime() - Date.UTC(year, 0)) / 86_400_000) + 1,
  }
}
