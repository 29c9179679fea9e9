import { formatBytes, formatCount, formatDuration } from '../ui/format.ts'

/** A unit: a name of OpenTelemetry's (UCUM), or of Grafana's panels. What is not known is written behind the number. */
export type Unit = string

type Format = (value: number) => string

const seconds =
  (factor: number): Format =>
  value =>
    value === 0
      ? '0 s'
      : value < 0
        ? `-${formatDuration(-value * factor * 1e9)}`
        : formatDuration(Math.round(value * factor * 1e9))
const bytes: Format = value => formatBytes(value)
const perSecond =
  (format: Format): Format =>
  value =>
    `${format(value)}/s`
const percent =
  (factor: number): Format =>
  value =>
    `${Number((value * factor).toPrecision(3))} %`
const count: Format = value => formatCount(value)
const bits: Format = value => `${formatCount(value)}b`

const formats: Readonly<Record<string, Format>> = {
  number: count,
  none: count,
  short: count,
  '': count,
  '1': count,
  share: percent(100),
  percentunit: percent(100),
  percent: percent(1),
  '%': percent(1),
  By: bytes,
  bytes,
  decbytes: bytes,
  'bytes/s': perSecond(bytes),
  'By/s': perSecond(bytes),
  Bps: perSecond(bytes),
  binBps: perSecond(bytes),
  bits,
  decbits: bits,
  bps: perSecond(bits),
  binbps: perSecond(bits),
  s: seconds(1),
  ms: seconds(1e-3),
  us: seconds(1e-6),
  µs: seconds(1e-6),
  ns: seconds(1e-9),
  m: seconds(60),
  min: seconds(60),
  h: seconds(3_600),
  d: seconds(86_400),
  dtdurations: seconds(1),
  dtdurationms: seconds(1e-3),
  'lines/s': perSecond(count),
  reqps: perSecond(count),
  rps: perSecond(count),
  wps: perSecond(count),
  ops: perSecond(count),
  cps: perSecond(count),
  iops: perSecond(count),
  eps: perSecond(count),
  pps: perSecond(count),
  hertz: value => `${formatCount(value)}Hz`,
  celsius: value => `${formatCount(value)} °C`,
  volt: value => `${formatCount(value)} V`,
  watt: value => `${formatCount(value)} W`,
  bool: value => (value === 0 ? 'false' : 'true'),
  bool_on_off: value => (value === 0 ? 'off' : 'on'),
  bool_yes_no: value => (value === 0 ? 'no' : 'yes'),
  dateTimeAsIso: value => new Date(value).toISOString().slice(0, 19).replace('T', ' '),
  dateTimeFromNow: value => `${formatDuration(Math.max(0, Date.now() - value) * 1e6)} ago`,
}

/** What may be chosen as a unit; many more are known by other names. */
export const knownUnits = [
  'number',
  'percent',
  'share',
  'By',
  'By/s',
  'bits',
  'bps',
  's',
  'ms',
  'reqps',
  'ops',
  'lines/s',
]

/** A value as people read it, in its unit. */
export function formatValue(value: number | null | undefined, unit: Unit): string {
  if (value === null || value === undefined) return '–'
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '-∞'
  const format = formats[unit]
  if (format !== undefined) return format(value)
  // OpenTelemetry's `{line}` says what is counted
  return /^\{.*\}$/.test(unit) ? formatCount(value) : `${formatCount(value)} ${unit}`
}

const words: Readonly<Record<string, string>> = {
  '1': '',
  By: 'bytes',
  'By/s': 'bytes a second',
  KiBy: 'kibibytes',
  MiBy: 'mebibytes',
  GiBy: 'gibibytes',
  bit: 'bits',
  s: 'seconds',
  ms: 'milliseconds',
  us: 'microseconds',
  ns: 'nanoseconds',
  min: 'minutes',
  h: 'hours',
  d: 'days',
  '%': 'percent',
  Cel: '°C',
  Hz: 'hertz',
  V: 'volts',
  A: 'amperes',
  W: 'watts',
}

/** A unit of OpenTelemetry's in words: `By` are bytes, `{request}` counts requests. */
export function unitWords(unit: Unit): string {
  return words[unit] ?? unit.replaceAll(/\{([^}]*)\}/g, '$1')
}

const durations: Readonly<Record<string, number>> = {
  s: 1,
  ms: 1e-3,
  us: 1e-6,
  µs: 1e-6,
  ns: 1e-9,
  m: 60,
  min: 60,
  h: 3_600,
  d: 86_400,
  dtdurations: 1,
  dtdurationms: 1e-3,
}
const minute = 60
const hour = 3_600
const day = 86_400
const wholeSeconds = [
  ...[-9, -8, -7, -6, -5, -4, -3, -2, -1].flatMap(power => [1, 2, 5].map(n => Number(`${n}e${power}`))),
  ...[1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map(n => n * minute),
  ...[1, 2, 3, 6, 12].map(n => n * hour),
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].map(n => n * day),
]

/** Between ticks of an axis lie whole minutes and hours, not hundreds of seconds; undefined where tens will do. */
export function tickSteps(unit: Unit): number[] | undefined {
  const factor = durations[unit]
  return factor === undefined ? undefined : wholeSeconds.map(seconds => seconds / factor)
}

const rates = /\b(?:rate|irate)\s*\(/
/** What comes out of a histogram in the unit of what was observed, and what counts observations. */
const observed = /\bhistogram_(?:quantile|avg|sum|stddev)\b/
const counting = /\b(?:count|histogram_count|histogram_fraction)\b/
const counts = /_(?:count|bucket)$/

/**
 * The unit of what a query gives, out of those of the metrics in it: a rate is a second's, a count has none, and so have the
 * series of a histogram that count, whatever was observed.
 */
export function unitOfQuery(query: string, unitOf: (metric: string) => string | undefined): Unit {
  const names = (query.match(/[a-zA-Z_:][a-zA-Z0-9_:]*/g) ?? []).filter(name => unitOf(name) !== undefined)
  const units = [...new Set(names.map(unitOf))]
  const [unit = 'number'] = units
  if (units.length !== 1 || counting.test(query)) return 'number'
  if (observed.test(query)) return unit
  if (/[^=!<>]\/[^/]/.test(query.replaceAll(/"[^"]*"/g, ''))) return isMean(names) ? unit : 'number'
  const isRate = rates.test(query)
  if (names.some(name => counts.test(name))) return isRate ? 'ops' : 'number'
  if (!isRate) return unit
  // seconds a second are a share of the time
  if (unit === 's') return 'share'
  return unit === 'By' ? 'By/s' : unit.startsWith('{') ? 'ops' : unit
}

/** A sum over the count of the same histogram. */
function isMean(names: readonly string[]): boolean {
  const [sum = '', count = ''] = names
  return names.length === 2 && sum.endsWith('_sum') && count === sum.replace(/_sum$/, '_count')
}
