import type { Labels, Metric, MetricSeries } from './metrics.ts'

/** Units as Prometheus spells them at the end of a name (OpenTelemetry's compatibility specification). */
const unitNames: Readonly<Record<string, string>> = {
  By: 'bytes',
  ms: 'milliseconds',
  s: 'seconds',
  '%': 'percent',
}

/** The content type of the text format, version 0.0.4. */
export const prometheusContentType = 'text/plain; version=0.0.4; charset=utf-8'

/**
 * Metrics in Prometheus' text format: `millrace.broker.bytes_in` in bytes becomes `millrace_broker_bytes_in_bytes_total`.
 *
 * @example
 * const metrics = new Metrics()
 * metrics.counter('shop.sold', { unit: 'By', description: 'bytes sold' }, { kind: 'a' }).add(3)
 * formatPrometheus(metrics.collect())
 * // => '# HELP shop_sold_bytes_total bytes sold\n# TYPE shop_sold_bytes_total counter\nshop_sold_bytes_total{kind="a"} 3\n'
 */
export function formatPrometheus(metrics: Iterable<Metric>): string {
  let text = ''
  for (const metric of metrics) {
    const name = prometheusName(metric)
    text += `# HELP ${name} ${escapeHelp(metric.description)}\n# TYPE ${name} ${metric.kind}\n`
    for (const series of metric.series) text += formatSeries(name, metric, series)
  }
  return text
}

function prometheusName({ name, unit, kind }: Metric): string {
  const base = name.replace(/[^a-zA-Z0-9_:]/g, '_')
  const unitName = unitNames[unit]
  const withUnit = unitName === undefined || base.endsWith(`_${unitName}`) ? base : `${base}_${unitName}`
  return kind === 'counter' ? `${withUnit}_total` : withUnit
}

function formatSeries(name: string, metric: Metric, { labels, value, buckets }: MetricSeries): string {
  if (buckets === undefined) return `${name}${formatLabels(labels)} ${formatValue(value)}\n`
  let text = ''
  let count = 0
  for (const [i, inBucket] of buckets.entries()) {
    count += inBucket
    const bound = metric.bounds[i]
    const le = bound === undefined ? '+Inf' : formatValue(bound)
    text += `${name}_bucket${formatLabels({ ...labels, le })} ${count}\n`
  }
  return `${text}${name}_sum${formatLabels(labels)} ${formatValue(value)}\n${name}_count${formatLabels(labels)} ${count}\n`
}

function formatLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name.replace(/[^a-zA-Z0-9_]/g, '_')}="${escapeLabel(value)}"`,
  )
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function formatValue(value: number): string {
  if (Number.isFinite(value)) return String(value)
  if (Number.isNaN(value)) return 'NaN'
  return value > 0 ? '+Inf' : '-Inf'
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
}
