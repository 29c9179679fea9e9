import { formatSpan } from '../ui/format.ts'

/** What a variable stands for now: one value, several, or all. */
export interface Chosen {
  values: readonly string[]
  /** What stands for all, where all are chosen and the dashboard says so. */
  all?: string
}

export type Values = ReadonlyMap<string, Chosen>

/** Where text is put: within a query several values are one or the other, as a regular expression has it. */
export type Place = 'query' | 'text'

const reference = /\$(\w+)|\$\{(\w+)(?:[.:](\w+))?\}|\[\[(\w+)(?::(\w+))?\]\]/g
const special = /[.*+?^${}()|[\]\\]/g

/** `$name`, `${name}`, `${name:format}` and `[[name]]` stand for values. Source: Grafana and Perses, variable syntax. */
export function interpolate(text: string, values: Values, place: Place): string {
  return text.replaceAll(reference, (whole, plain, braced, format, old, oldFormat) => {
    const chosen = values.get((plain ?? braced ?? old) as string)
    return chosen === undefined ? whole : written(chosen, (format ?? oldFormat) as string | undefined, place)
  })
}

function written({ values, all }: Chosen, format: string | undefined, place: Place): string {
  if (all !== undefined) return all
  const [first = ''] = values
  switch (format) {
    case 'csv':
      return values.join(',')
    case 'pipe':
      return values.join('|')
    case 'raw':
      return values.join(',')
    case 'regex':
      return alternatives(values)
    case 'doublequote':
      return values.map(value => JSON.stringify(value)).join(',')
    case 'json':
      return JSON.stringify(values)
    default:
      if (place === 'text') return values.join(' + ')
      return values.length === 1 ? quotable(first) : quotable(alternatives(values))
  }
}

function alternatives(values: readonly string[]): string {
  const escaped = values.map(value => value.replaceAll(special, '\\$&'))
  return escaped.length === 1 ? (escaped[0] ?? '') : `(${escaped.join('|')})`
}

/** Within double quotes of a query. */
function quotable(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')
}

/** What every dashboard may ask for: the range that is shown, and steps that fit it. */
export function builtIns(startMs: number, endMs: number, stepMs: number): [string, Chosen][] {
  const one = (value: string): Chosen => ({ values: [value] })
  const seconds = (ms: number) => `${Math.max(1, Math.round(ms / 1000))}s`
  // four scrapes of fifteen seconds at least. Source: Grafana, $__rate_interval
  const rateMs = Math.max(stepMs + 15_000, 60_000)
  return [
    ['__interval', one(seconds(stepMs))],
    ['__interval_ms', one(String(stepMs))],
    ['__rate_interval', one(seconds(rateMs))],
    ['__auto', one(seconds(rateMs))],
    ['__range', one(seconds(endMs - startMs))],
    ['__range_s', one(String(Math.round((endMs - startMs) / 1000)))],
    ['__range_ms', one(String(endMs - startMs))],
    ['__from', one(String(startMs))],
    ['__to', one(String(endMs))],
    ['__timeFilter', one(formatSpan(endMs - startMs))],
    ['interval', one(seconds(rateMs))],
  ]
}

/** Names of variables that a text asks for. */
export function namesIn(text: string): Set<string> {
  const found = text.matchAll(reference)
  return new Set([...found].map(match => match[1] ?? match[2] ?? match[4] ?? ''))
}
