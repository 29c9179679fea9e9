import { evaluatePromQl } from '../../metrics.ts'
import { type Column, type Labels, sampleAt } from '../../promql/column.ts'
import { bucketsOf } from '../../promql/native/quantile.ts'
import { formatValue } from '../../promql/number.ts'
import { atMoment } from '../../promql/steps.ts'
import type { StoreReader } from '../../store-reader.ts'

/**
 * The newest sample of each series that a selector takes, in Prometheus' text format with times. Source: Prometheus, federation;
 * exposition formats. Errors: QUERY_INVALID.
 */
export async function federated(
  reader: StoreReader,
  tenant: string,
  selectors: readonly string[],
  { atMs, escapes }: { atMs: number; escapes: boolean },
  signal: AbortSignal,
): Promise<string> {
  const steps = atMoment(atMs)
  const lines = new Set<string>()
  for (const selector of selectors) {
    const { value } = await evaluatePromQl(reader, tenant, selector, steps, signal)
    const times = await evaluatePromQl(reader, tenant, `timestamp(${selector})`, steps, signal)
    const timeOf = times.value.kind === 'vector' ? times.value.columns : []
    const columns = value.kind === 'vector' ? value.columns : []
    for (const column of columns)
      for (const line of linesOf(column, newestMs(timeOf, column, atMs), escapes)) lines.add(line)
  }
  const sorted = [...lines].sort()
  return withTypes(sorted)
}

/** Names are left out of what `timestamp` gives. */
function newestMs(times: readonly Column[], { labels }: Column, fallbackMs: number): number {
  const { __name__: _, ...rest } = labels
  const key = JSON.stringify(Object.entries(rest).sort())
  const found = times.find(column => JSON.stringify(Object.entries(column.labels).sort()) === key)
  return found === undefined ? fallbackMs : Math.round((found.values[0] as number) * 1000)
}

function linesOf(column: Column, timeMs: number, escapes: boolean): string[] {
  const { __name__: name = '', ...labels } = escapes ? withPlainNames(column.labels) : column.labels
  const sample = sampleAt(column, 0)
  if (sample === undefined) return []
  if (typeof sample === 'number') return [line(name, labels, sample, timeMs)]
  let below = 0
  const buckets = bucketsOf(sample).map(({ upper, count }) => {
    below += count
    return line(`${name}_bucket`, { ...labels, le: formatValue(upper) }, below, timeMs)
  })
  return [
    ...buckets,
    line(`${name}_bucket`, { ...labels, le: '+Inf' }, sample.count, timeMs),
    line(`${name}_sum`, labels, sample.sum, timeMs),
    line(`${name}_count`, labels, sample.count, timeMs),
  ]
}

function line(name: string, labels: Labels, value: number, timeMs: number): string {
  const list = Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, text]) => `${quoted(label)}="${escaped(text)}"`)
  const head = isPlainName(name) ? `${name}{${list.join(',')}}` : `{${[quoted(name), ...list].join(',')}}`
  return `${head} ${formatValue(value)} ${timeMs}`
}

function isPlainName(name: string): boolean {
  return /^[a-zA-Z_:][\w:]*$/.test(name)
}

/** Names with other letters stand in quotes, that of the metric inside of the braces. Source: Prometheus text format 1.0.0. */
function quoted(name: string): string {
  return isPlainName(name) ? name : `"${escaped(name)}"`
}

/** For readers that do not know quotes. Source: Prometheus exposition formats, escaping=underscores. */
function withPlainNames(labels: Labels): Labels {
  const plain = (name: string) => name.replace(/[^\w:]/gu, '_').replace(/^(?=\d)/, '_')
  const entries = Object.entries(labels).map(([name, value]) => [
    plain(name),
    name === '__name__' ? plain(value) : value,
  ])
  return Object.fromEntries(entries)
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
}

/** A metric's type is said once, before its first line. */
function withTypes(lines: readonly string[]): string {
  let before = ''
  let text = ''
  for (const one of lines) {
    const name = /^(?:[^{]+|\{"(?:[^"\\]|\\.)*")/.exec(one)?.[0].replace('{', '') ?? ''
    if (name !== before) text += `# TYPE ${name} untyped\n`
    before = name
    text += `${one}\n`
  }
  return text
}
