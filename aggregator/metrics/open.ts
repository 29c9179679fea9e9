import { type MetricReader, metricKinds, temporalities } from '../../lib/otlp/index.ts'
import type { SeriesContext } from './context.ts'
import { metricName } from './names.ts'
import type { SeriesFamily } from './series.ts'

/** What all points of a metric share, and the bytes that tell it from others. */
export interface OpenMetric {
  name: string
  family: SeriesFamily
  key: string
}

/** What the points of the metric that the reader has read will need. */
export function openMetric(metric: MetricReader, request: Buffer, context: SeriesContext): OpenMetric {
  const unit = metric.unit.text(request)
  const name = metric.name.text(request)
  const kind = kindOf(metric)
  const temporality = temporalityOf(metric)
  const description = metric.description.text(request)
  return {
    name: context.isPrometheus ? name : metricName(name, unit, kind),
    family: { type: kind === 'updown' ? 'gauge' : kind, unit, description, temporality, context },
    key: `${context.key}\n${name}\n${unit}\n${metric.kind}\n${kind}\n${temporality}\n${description}\n`,
  }
}

/** Prometheus' type; a sum that may fall is a gauge by type, and `updown` by the rules for names. */
function kindOf(metric: MetricReader): string {
  if (metric.kind === metricKinds.histogram || metric.kind === metricKinds.exponential) return 'histogram'
  if (metric.kind === metricKinds.summary) return 'summary'
  if (metric.kind !== metricKinds.sum) return 'gauge'
  return metric.isMonotonic ? 'counter' : 'updown'
}

function temporalityOf(metric: MetricReader): string {
  if (metric.kind === metricKinds.gauge || metric.kind === metricKinds.summary) return ''
  if (metric.temporality === temporalities.delta) return 'delta'
  return metric.temporality === temporalities.cumulative ? 'cumulative' : ''
}
