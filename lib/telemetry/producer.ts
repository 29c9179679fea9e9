import { ValueType } from '@opentelemetry/api'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  AggregationTemporality,
  type CollectionResult,
  DataPointType,
  type MetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics'
import type { Metric, MetricSeries, Metrics } from '../base/index.ts'

type Time = [seconds: number, nanoseconds: number]

/** Hands the process's own figures to OpenTelemetry's exporter as they stand: no instrument in between. */
export class MetricsProducer implements MetricProducer {
  readonly #metrics: Metrics
  readonly #startTime: Time

  constructor(metrics: Metrics, startedMs: number) {
    this.#metrics = metrics
    this.#startTime = timeOf(startedMs)
  }

  collect(): Promise<CollectionResult> {
    const endTime = timeOf(Date.now())
    const metrics = [...this.#metrics.collect()].map(metric => this.#toData(metric, endTime))
    const scopeMetrics = [{ scope: { name: 'millrace' }, metrics }]
    return Promise.resolve({
      resourceMetrics: { resource: resourceFromAttributes({}), scopeMetrics },
      errors: [],
    })
  }

  #toData(metric: Metric, endTime: Time): MetricData {
    const { name, description, unit } = metric
    const descriptor = { name, description, unit, valueType: ValueType.DOUBLE, advice: {} }
    const frame = { descriptor, aggregationTemporality: AggregationTemporality.CUMULATIVE }
    const span = { startTime: this.#startTime, endTime }
    const points = [...metric.series]
    if (metric.kind === 'histogram') {
      const dataPoints = points.map(s => ({ ...span, attributes: s.labels, value: histogramOf(metric, s) }))
      return { ...frame, dataPointType: DataPointType.HISTOGRAM, dataPoints }
    }
    const dataPoints = points.map(s => ({ ...span, attributes: s.labels, value: s.value }))
    if (metric.kind === 'gauge') return { ...frame, dataPointType: DataPointType.GAUGE, dataPoints }
    return { ...frame, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints }
  }
}

function histogramOf(metric: Metric, series: MetricSeries) {
  const counts = [...(series.buckets ?? [])]
  const count = counts.reduce((total, n) => total + n, 0)
  return { buckets: { boundaries: [...metric.bounds], counts }, sum: series.value, count }
}

function timeOf(ms: number): Time {
  return [Math.floor(ms / 1000), Math.floor((ms % 1000) * 1e6)]
}
