/**
 * OpenTelemetry's metric names as Prometheus names, by the rules of Prometheus' OTLP receiver: characters it does not
 * know become underscores, the unit and `total` or `ratio` are appended.
 * Source: https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
 */
const units: Readonly<Record<string, string>> = {
  d: 'days',
  h: 'hours',
  min: 'minutes',
  s: 'seconds',
  ms: 'milliseconds',
  us: 'microseconds',
  ns: 'nanoseconds',
  By: 'bytes',
  KiBy: 'kibibytes',
  MiBy: 'mebibytes',
  GiBy: 'gibibytes',
  TiBy: 'tibibytes',
  KBy: 'kilobytes',
  MBy: 'megabytes',
  GBy: 'gigabytes',
  TBy: 'terabytes',
  m: 'meters',
  V: 'volts',
  A: 'amperes',
  J: 'joules',
  W: 'watts',
  g: 'grams',
  Cel: 'celsius',
  Hz: 'hertz',
  '%': 'percent',
  '1': '',
}
const perUnits: Readonly<Record<string, string>> = {
  s: 'second',
  m: 'minute',
  h: 'hour',
  d: 'day',
  w: 'week',
  mo: 'month',
  y: 'year',
}

/**
 * @example
 * metricName('http.server.request.duration', 's', 'histogram') // => 'http_server_request_duration_seconds'
 * metricName('system.network.io', 'By', 'counter') // => 'system_network_io_bytes_total'
 * metricName('system.cpu.utilization', '1', 'gauge') // => 'system_cpu_utilization_ratio'
 */
export function metricName(name: string, unit: string, type: string): string {
  const tokens = name.split(/[^a-zA-Z0-9:]+/).filter(token => token !== '')
  const [main = '', per = ''] = splitUnit(unit)
  const word = clean(Object.hasOwn(units, main) ? (units[main] as string) : main)
  if (word !== '' && !tokens.includes(word)) tokens.push(word)
  const perWord = clean(Object.hasOwn(perUnits, per) ? (perUnits[per] as string) : per)
  if (perWord !== '') tokens.push(`per_${perWord}`)
  const ending = type === 'counter' ? 'total' : type === 'gauge' && unit === '1' ? 'ratio' : ''
  const kept = ending === '' ? tokens : [...tokens.filter(token => token !== ending), ending]
  const joined = kept.join('_')
  // a name of which nothing would be left stays as it is: it can be asked for in quotes
  if (tokens.length === 0) return name
  return /^\d/.test(joined) ? `_${joined}` : joined
}

/** The unit and what it is per; a part with an annotation, `{request}`, is none. */
function splitUnit(unit: string): string[] {
  const slash = unit.indexOf('/')
  const parts = slash < 0 ? [unit] : [unit.slice(0, slash), unit.slice(slash + 1)]
  return parts.map(part => (/[{}]/.test(part) ? '' : part.trim()))
}

/**
 * @example
 * labelName('http.request.method') // => 'http_request_method'
 * labelName('2xx') // => 'key_2xx'
 * labelName('_x') // => 'key_x'
 */
export function labelName(key: string): string {
  const name = key.replace(/[^a-zA-Z0-9_]/g, '_')
  if (/^\d/.test(name)) return `key_${name}`
  return /^_(?!_)/.test(name) ? `key${name}` : name
}

function clean(unit: string): string {
  return unit.replace(/[^a-zA-Z0-9:]+/g, '_').replace(/^_+|_+$/g, '')
}
