import type { Metric, Metrics } from '../base/index.ts'
import type { MetricInput } from '../otlp/index.ts'

/** The process's own figures as OTLP's metrics. */
export function* figuresOf(metrics: Metrics): Generator<MetricInput> {
  for (const metric of metrics.collect()) yield inputOf(metric)
}

function inputOf(metric: Metric): MetricInput {
  const { name, description, unit } = metric
  const series = [...metric.series]
  if (metric.kind === 'histogram') {
    const points = series.map(s => ({ attributes: s.labels, sum: s.value, buckets: s.buckets ?? [] }))
    return { kind: 'histogram', name, description, unit, bounds: metric.bounds, points }
  }
  const points = series.map(s => ({ attributes: s.labels, value: s.value }))
  if (metric.kind === 'gauge') return { kind: 'gauge', name, description, unit, points }
  return { kind: 'sum', name, description, unit, monotonic: true, points }
}
