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
  min: 'minute',
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
  const [main = '', per = ''] = unit.split('/', 2).map(part => part.replace(/\{[^}]*\}/g, '').trim())
  append(tokens, Object.hasOwn(units, main) ? (units[main] as string) : clean(main))
  if (per !== '') {
    const word = Object.hasOwn(perUnits, per) ? (perUnits[per] as string) : clean(per)
    if (word !== '' && !tokens.includes(word)) tokens.push('per', word)
  }
  if (type === 'counter') moveToEnd(tokens, 'total')
  if (type === 'gauge' && unit === '1') moveToEnd(tokens, 'ratio')
  const joined = tokens.join('_')
  return /^\d/.test(joined) ? `_${joined}` : joined
}

/**
 * @example
 * labelName('http.request.method') // => 'http_request_method'
 * labelName('2xx') // => 'key_2xx'
 */
export function labelName(key: string): string {
  const name = key.replace(/[^a-zA-Z0-9_]/g, '_')
  return /^\d/.test(name) ? `key_${name}` : name
}

function append(tokens: string[], word: string): void {
  if (word !== '' && !tokens.includes(word)) tokens.push(word)
}

function moveToEnd(tokens: string[], word: string): void {
  const at = tokens.indexOf(word)
  if (at >= 0) tokens.splice(at, 1)
  tokens.push(word)
}

function clean(unit: string): string {
  return unit.replace(/[^a-zA-Z0-9]+/g, '_').replace(/^_+|_+$/g, '')
}
