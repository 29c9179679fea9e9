import { tagsOf } from './tags.ts'

export type StatsdType = 'counter' | 'gauge' | 'timing' | 'set'

export interface StatsdMetric {
  name: string
  type: StatsdType
  /** `ms` for timers, '' for what has no unit. */
  unit: string
  /** As written: a set's members need not be numbers, a gauge's sign says that it is a change. */
  values: string[]
  /** Share of what happened that was sent, 0 to 1. */
  rate: number
  tags: Readonly<Record<string, string>>
}

const typeOfLetter: Readonly<Record<string, { type: StatsdType; unit: string }>> = {
  c: { type: 'counter', unit: '' },
  g: { type: 'gauge', unit: '' },
  ms: { type: 'timing', unit: 'ms' },
  h: { type: 'timing', unit: '' },
  d: { type: 'timing', unit: '' },
  s: { type: 'set', unit: '' },
}

/**
 * Reads one line: `name:value|type|@rate|#tag:value,…`, several values with colons between, and what DogStatsD has
 * besides (container, timestamp), which is passed over. Tags of Graphite's and Telegraf's kind in the name (`;a=b`,
 * `,a=b`) are read too. Undefined for what is no metric.
 * Source: https://github.com/statsd/statsd/blob/master/docs/metric_types.md, https://docs.datadoghq.com/developers/dogstatsd/datagram_shell/
 *
 * @example
 * parseStatsd('page.views:1|c|@0.5|#env:prod')?.tags // => { env: 'prod' }
 */
export function parseStatsd(line: string): StatsdMetric | undefined {
  const bar = line.indexOf('|')
  const colon = line.indexOf(':')
  if (bar < 0 || colon <= 0 || colon > bar) return undefined
  const [letter = '', ...rest] = line.slice(bar + 1).split('|')
  const type = Object.hasOwn(typeOfLetter, letter) ? typeOfLetter[letter] : undefined
  if (type === undefined) return undefined
  const values = line.slice(colon + 1, bar).split(':')
  const isNumeric =
    type.type === 'set' || values.every(value => value !== '' && Number.isFinite(Number(value)))
  if (!isNumeric) return undefined
  const { name, tags } = nameOf(line.slice(0, colon))
  let rate = 1
  const all: Record<string, string> = { ...tags }
  for (const part of rest) {
    if (part.startsWith('@')) rate = Number(part.slice(1))
    else if (part.startsWith('#')) Object.assign(all, tagsOf(part.slice(1), ',', ':'))
  }
  if (!(rate > 0 && rate <= 1)) return undefined
  return { name, ...type, values, rate, tags: all }
}

function nameOf(text: string): { name: string; tags: Record<string, string> } {
  const at = text.search(/[;,]/)
  if (at < 0) return { name: text, tags: {} }
  return { name: text.slice(0, at), tags: tagsOf(text.slice(at + 1), text[at] as string, '=') }
}
