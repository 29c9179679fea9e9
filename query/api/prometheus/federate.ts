import { evaluatePromQl } from '../../metrics.ts'
import { type Column, sampleAt } from '../../promql/column.ts'
import { bucketsOf } from '../../promql/native/quantile.ts'
import type { StoreReader } from '../../store-reader.ts'
import { formatValue } from './values.ts'

/**
 * The newest sample of each series that a selector takes, in Prometheus' text format with times. Source: Prometheus, federation;
 * exposition formats. Errors: QUERY_INVALID.
 */
export async function federated(
  reader: StoreReader,
  tenant: string,
  selectors: readonly string[],
  atMs: number,
  signal: AbortSignal,
): Promise<string> {
  const steps = { startMs: atMs, stepMs: 60_000, count: 1 }
  const lines = new Set<string>()
  for (const selector of selectors) {
    const { value } = await evaluatePromQl(reader, tenant, selector, steps, signal)
    const times = await evaluatePromQl(reader, tenant, `timestamp(${selector})`, steps, signal)
    const timeOf = times.value.kind === 'vector' ? times.value.columns : []
    const columns = value.kind === 'vector' ? value.columns : []
    for (const column of columns)
      for (const line of linesOf(column, newestMs(timeOf, column, atMs))) lines.add(line)
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

function linesOf(column: Column, timeMs: number): string[] {
  const { __name__: name = '', ...labels } = column.labels
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

function line(name: string, labels: Readonly<Record<string, string>>, value: number, timeMs: number): string {
  const list = Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, text]) => `${label}="${escaped(text)}"`)
  return `${name}{${list.join(',')}} ${formatValue(value)} ${timeMs}`
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
}

/** A metric's type is said once, before its first line. */
function withTypes(lines: readonly string[]): string {
  let before = ''
  let text = ''
  for (const one of lines) {
    const name = one.slice(0, one.indexOf('{'))
    if (name !== before) text += `# TYPE ${name} untyped\n`
    before = name
    text += `${one}\n`
  }
  return text
}
