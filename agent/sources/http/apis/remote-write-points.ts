import { type Exemplar, nanosOfMs, type PointMetric } from '../../../../lib/otlp/index.ts'
import { isStaleMarker } from '../../../metrics/family.ts'
import type { NativeHistogram, WrittenSeries } from './written-series.ts'

/** Buckets with bounds of their own. Source: Prometheus' native histograms, schema. */
export const customBucketsSchema = -53

/** A series under its own name: counters as cumulative sums, native histograms as they are, all else as gauges. */
export function pointMetricsOf(series: WrittenSeries): PointMetric[] {
  const { __name__: name = '', ...attributes } = series.labels
  const head = { name, description: series.help, unit: series.unit }
  const metrics: PointMetric[] = []
  if (series.samples.length > 0) {
    const exemplars = series.exemplars.map(exemplarOf)
    const points = series.samples.map(({ value, timeMs }, i) => ({
      attributes,
      value,
      time: nanosOfMs(timeMs),
      isStale: isStaleMarker(value),
      ...(i === 0 && exemplars.length > 0 ? { exemplars } : {}),
    }))
    const isCounter = series.type === 'counter' || (series.type === 'unknown' && name.endsWith('_total'))
    metrics.push(
      isCounter
        ? { ...head, kind: 'sum', monotonic: true, temporality: 'cumulative', points }
        : { ...head, kind: 'gauge', points },
    )
  }
  const [custom, standard] = [true, false].map(isCustom =>
    series.histograms.filter(({ schema }) => (schema === customBucketsSchema) === isCustom),
  )
  if (standard !== undefined && standard.length > 0)
    metrics.push({
      ...head,
      kind: 'exponential',
      temporality: 'cumulative',
      points: standard.map(histogram => exponentialPoint(histogram, attributes)),
    })
  if (custom !== undefined && custom.length > 0)
    metrics.push({
      ...head,
      kind: 'histogram',
      isNative: true,
      temporality: 'cumulative',
      points: custom.map(histogram => explicitPoint(histogram, attributes)),
    })
  return metrics
}

function exponentialPoint(histogram: NativeHistogram, attributes: Record<string, string>) {
  const { count, sum, schema, zeroCount, zeroThreshold, positive, negative, timeMs } = histogram
  const isStale = isStaleMarker(sum)
  // Prometheus counts buckets by their upper bound, OpenTelemetry by their lower
  const shifted = ({ offset, counts }: NativeHistogram['positive']) => ({ offset: offset - 1, counts })
  return {
    attributes,
    time: nanosOfMs(timeMs),
    isStale,
    count,
    sum,
    scale: schema,
    zeroCount,
    zeroThreshold,
    positive: shifted(positive),
    negative: shifted(negative),
  }
}

function explicitPoint(
  { count, sum, positive, customBounds, timeMs }: NativeHistogram,
  attributes: Record<string, string>,
) {
  const buckets = new Array<number>(customBounds.length + 1).fill(0)
  for (const [i, value] of positive.counts.entries()) {
    const at = positive.offset + i
    if (at >= 0 && at < buckets.length) buckets[at] = value
  }
  return {
    attributes,
    time: nanosOfMs(timeMs),
    isStale: isStaleMarker(sum),
    count,
    sum,
    bounds: customBounds,
    buckets,
  }
}

function exemplarOf({ labels, value, timeMs }: WrittenSeries['exemplars'][number]): Exemplar {
  const { trace_id: traceId = '', span_id: spanId = '', ...attributes } = labels
  return {
    value,
    time: nanosOfMs(timeMs),
    traceId: /^[0-9a-f]{32}$/i.test(traceId) ? traceId : '',
    spanId: /^[0-9a-f]{16}$/i.test(spanId) ? spanId : '',
    attributes,
  }
}
