import { type NewestSample, newestSamples } from '../../newest-samples.ts'
import type { Labels } from '../../promql/column.ts'
import { bucketsOf } from '../../promql/native/quantile.ts'
import { formatValue } from '../../promql/number.ts'
import type { StoreReader } from '../../store-reader.ts'
import { selectorOf } from './labels.ts'

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
  const lines = new Set<string>()
  for (const selector of selectors.map(selectorOf))
    for (const newest of await newestSamples(reader, tenant, selector, atMs, signal))
      for (const line of linesOf(newest, escapes)) lines.add(line)
  return withTypes([...lines].sort())
}

/** Who takes it in with the labels as they are would put its own `instance` where there is none. Source: Prometheus web/federate.go. */
function withInstance(labels: Labels): Labels {
  return { instance: '', ...labels }
}

function linesOf({ labels: given, sample, timeMs }: NewestSample, escapes: boolean): string[] {
  const { __name__: name = '', ...labels } = withInstance(escapes ? withPlainNames(given) : given)
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
