import { type Functions, type GoValue, printValue, TemplateError } from '../../go-template/index.ts'
import { type Re2, Re2SyntaxError } from '../../re2/index.ts'
import { readings } from '../pipeline/quantity.ts'
import { partRegex } from '../regex.ts'
import { bytesOf } from './bytes.ts'
import { formatTime, parseTime } from './go-time.ts'
import { floatOf, goMaths, integerOf } from './maths.ts'
import { Moment } from './moment.ts'
import { goTexts } from './texts.ts'
import { typed } from './typed.ts'

/** A moment, to the nanosecond. */
export function momentOf(value: GoValue): bigint {
  if (value instanceof Moment) return value.epochNs
  throw new TemplateError('expected a time')
}

const msNs = 1_000_000n

/** What LogQL's templates have besides Go's. Source: LogQL, template functions; sprig. */
export const templateFunctions: Functions = typed({
  ...goTexts,
  ...goMaths,
  count: (pattern, text) => BigInt(matchesOf(regexOf(pattern), printValue(text))),
  regexReplaceAll: (pattern, text, replacement) =>
    regexOf(pattern).replaceAll(printValue(text), printValue(replacement)),
  regexReplaceAllLiteral: (pattern, text, replacement) =>
    regexOf(pattern).replaceAll(printValue(text), printValue(replacement).replaceAll('$', '$$$$')),
  bytes: text => bytesOf(printValue(text)),
  duration: secondsOf,
  duration_seconds: secondsOf,
  int: integerOf,
  float64: floatOf,
  now: () => new Moment(BigInt(Date.now()) * msNs),
  date: (layout, moment) => formatTime(printValue(layout), momentOf(moment), 'UTC'),
  toDate: (layout, text) => new Moment(parseTime(printValue(layout), printValue(text), 'UTC')),
  toDateInZone: (layout, zone, text) =>
    new Moment(parseTime(printValue(layout), printValue(text), printValue(zone))),
  unixEpoch: moment => String(momentOf(moment) / 1_000_000_000n),
  unixEpochMillis: moment => String(momentOf(moment) / msNs),
  unixEpochNanos: moment => String(momentOf(moment)),
  unixToTime: text => new Moment(epochOf(printValue(text))),
  fromJson: text => fromJson(printValue(text)),
  default: (fallback, value) =>
    value === '' || value === null || value === undefined || value === 0n || value === 0 || value === false
      ? fallback
      : value,
})

function regexOf(pattern: GoValue): Re2 {
  try {
    return partRegex(printValue(pattern))
  } catch (error) {
    if (error instanceof Re2SyntaxError) throw new TemplateError(error.message, { cause: error })
    throw error
  }
}

function matchesOf(regex: Re2, text: string): number {
  let count = 0
  for (let from = 0; from <= text.length; count++) {
    const found = regex.exec(text, from)
    if (found === undefined) break
    from = found.end > found.start ? found.end : found.end + 1
  }
  return count
}

function secondsOf(text: GoValue): number {
  const seconds = readings.duration.read(printValue(text))
  if (seconds === undefined) throw new TemplateError(`time: invalid duration "${printValue(text)}"`)
  return seconds
}

/** Days, seconds, or smaller, by how many digits there are. */
const perDigits: Readonly<Record<number, bigint>> = {
  5: 86_400_000_000_000n,
  10: 1_000_000_000n,
  13: 1_000_000n,
  16: 1_000n,
  19: 1n,
}

function epochOf(text: string): bigint {
  const factor = /^\d+$/.test(text) ? perDigits[text.length] : undefined
  if (factor === undefined) throw new TemplateError(`unable to parse time '${text}'`)
  return BigInt(text) * factor
}

function fromJson(text: string): GoValue {
  try {
    return toGo(JSON.parse(text))
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** Numbers of JSON are floats in Go. */
function toGo(value: unknown): GoValue {
  if (Array.isArray(value)) return value.map(toGo)
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, toGo(own)]))
  return value as GoValue
}
