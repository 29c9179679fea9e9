import {
  type HistogramPointInput,
  type NumberPointInput,
  nanosOfMs,
  type PointMetric,
  type SummaryPointInput,
} from '../../lib/otlp/index.ts'
import { type Family, isStaleMarker, type Labels, type Sample } from './family.ts'

/** Samples of one histogram or summary: the same labels but `le` and `quantile`. */
interface Group {
  labels: Labels
  timeMs: number
  count: number
  sum: number
  parts: { at: number; value: number; sample: Sample }[]
  createdMs: number | undefined
}

/**
 * OTLP metrics of scraped families, under their own names. Counters are cumulative sums, histograms and summaries are put
 * together from their samples, everything else is a gauge.
 * Source: https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
 */
export function metricsOf(families: readonly Family[], scrapedMs: number): PointMetric[] {
  return families.flatMap(family => metricOf(family, scrapedMs))
}

function metricOf(family: Family, scrapedMs: number): PointMetric[] {
  const { type, help, unit } = family
  const head = { description: help, unit }
  const created = createdOf(family)
  if (type === 'histogram') {
    const points = groupsOf(family, 'le', scrapedMs).map(histogramPoint)
    return [{ ...head, name: family.name, kind: 'histogram', temporality: 'cumulative', points }]
  }
  if (type === 'summary') {
    const points = groupsOf(family, 'quantile', scrapedMs).map(summaryPoint)
    return [{ ...head, name: family.name, kind: 'summary', points }]
  }
  const byName = Map.groupBy(
    family.samples.filter(({ name }) => type !== 'counter' || !name.endsWith('_created')),
    ({ name }) => name,
  )
  return [...byName].map(([name, samples]) => {
    const points = samples.map(sample => numberPoint(sample, scrapedMs, created.get(keyOf(sample.labels))))
    if (type !== 'counter') return { ...head, name, kind: 'gauge', points }
    return { ...head, name, kind: 'sum', monotonic: true, temporality: 'cumulative', points }
  })
}

function numberPoint(sample: Sample, scrapedMs: number, createdMs: number | undefined): NumberPointInput {
  return {
    attributes: sample.labels,
    time: nanosOfMs(sample.timeMs ?? scrapedMs),
    start: createdMs === undefined ? undefined : nanosOfMs(createdMs),
    value: sample.value,
    isStale: isStaleMarker(sample.value),
    ...(sample.exemplar === undefined ? {} : { exemplars: [sample.exemplar] }),
  }
}

/** OpenMetrics says beside a counter since when it counts. */
function createdOf({ type, samples }: Family): Map<string, number> {
  const created = new Map<string, number>()
  if (type === 'counter')
    for (const { name, labels, value } of samples)
      if (name.endsWith('_created')) created.set(keyOf(labels), value * 1_000)
  return created
}

function groupsOf(family: Family, part: 'le' | 'quantile', scrapedMs: number): Group[] {
  const groups = new Map<string, Group>()
  for (const sample of family.samples) {
    const { [part]: at, ...labels } = sample.labels
    const key = keyOf(labels)
    const group = groups.get(key) ?? {
      labels,
      timeMs: sample.timeMs ?? scrapedMs,
      count: 0,
      sum: Number.NaN,
      parts: [],
      createdMs: undefined,
    }
    groups.set(key, group)
    if (sample.name.endsWith('_sum')) group.sum = sample.value
    else if (sample.name.endsWith('_count')) group.count = sample.value
    else if (sample.name.endsWith('_created')) group.createdMs = sample.value * 1_000
    else if (at !== undefined) group.parts.push({ at: numberOf(at), value: sample.value, sample })
  }
  return [...groups.values()]
}

function histogramPoint(group: Group): HistogramPointInput {
  const parts = group.parts.toSorted((a, b) => a.at - b.at)
  const total = parts.at(-1)?.at === Number.POSITIVE_INFINITY ? (parts.pop()?.value ?? 0) : group.count
  const cumulative = [...parts.map(({ value }) => value), total]
  return {
    ...head(group),
    count: total,
    sum: group.sum,
    bounds: parts.map(({ at }) => at),
    buckets: cumulative.map((value, i) => Math.max(0, value - (cumulative[i - 1] ?? 0))),
    exemplars: group.parts.map(({ sample }) => sample.exemplar).filter(exemplar => exemplar !== undefined),
  }
}

function summaryPoint(group: Group): SummaryPointInput {
  const quantiles = group.parts
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, value }) => ({ quantile: at, value }))
  return { ...head(group), count: group.count, sum: group.sum, quantiles }
}

function head({ labels, timeMs, createdMs, count }: Group) {
  return {
    attributes: labels,
    time: nanosOfMs(timeMs),
    start: createdMs === undefined ? undefined : nanosOfMs(createdMs),
    isStale: isStaleMarker(count),
  }
}

function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** As Prometheus writes numbers. */
export function numberOf(text: string): number {
  const word = text.toLowerCase()
  if (word === '+inf' || word === 'inf') return Number.POSITIVE_INFINITY
  if (word === '-inf') return Number.NEGATIVE_INFINITY
  return word === 'nan' || word === '' ? Number.NaN : Number(text)
}
