import {
  type Column,
  compareLabels,
  distinct,
  type Labels,
  type RangeSeries,
  type Sample,
  sampleAt,
  type Value,
} from '../../promql/column.ts'
import type { NativeHistogram } from '../../promql/native/histogram.ts'
import { bucketsOf } from '../../promql/native/quantile.ts'
import { formatValue } from '../../promql/number.ts'
import type { Steps } from '../../promql/steps.ts'

/** A result of one moment. Source: Prometheus HTTP API, expression query result formats. */
export function instantResult(value: Value, atMs: number) {
  const time = atMs / 1000
  if (value.kind === 'scalar')
    return { resultType: 'scalar', result: [time, formatValue(value.values[0] ?? Number.NaN)] }
  if (value.kind === 'string') return { resultType: 'string', result: [time, value.text.toWellFormed()] }
  if (value.kind === 'matrix')
    return { resultType: 'matrix', result: value.series.map(rangeOf).toSorted(byLabels) }
  const result = distinct(value.columns).flatMap(column => {
    const sample = sampleAt(column, 0)
    if (sample === undefined) return []
    const of =
      typeof sample === 'number'
        ? { value: [time, formatValue(sample)] }
        : { histogram: [time, histogramOf(sample)] }
    return [{ metric: column.labels, ...of }]
  })
  return { resultType: 'vector', result }
}

/** A result of each step of a range. */
export function rangeResult(value: Value, steps: Steps) {
  const columns = value.kind === 'vector' ? distinct(value.columns) : scalarColumns(value, steps)
  const result = columns.map(column => ({ metric: column.labels, ...pointsOf(samplesOf(column, steps)) }))
  return { resultType: 'matrix', result: result.toSorted(byLabels) }
}

function rangeOf({ labels, points }: RangeSeries) {
  return { metric: labels, ...pointsOf(points) }
}

function byLabels(a: { metric: Labels }, b: { metric: Labels }): number {
  return compareLabels(a.metric, b.metric)
}

function scalarColumns(value: Value, { count }: Steps): Column[] {
  if (value.kind !== 'scalar') return []
  return [{ labels: {}, values: value.values, present: new Uint8Array(count).fill(1) }]
}

function samplesOf(column: Column, { startMs, stepMs, count }: Steps): RangeSeries['points'] {
  return Array.from({ length: count }, (_, step) => step).flatMap(step => {
    const sample = sampleAt(column, step)
    return sample === undefined ? [] : [[startMs + step * stepMs, sample] as [number, Sample]]
  })
}

function pointsOf(points: RangeSeries['points']) {
  const numbers: [number, string][] = []
  const native: [number, unknown][] = []
  for (const [timeMs, sample] of points)
    if (typeof sample === 'number') numbers.push([timeMs / 1000, formatValue(sample)])
    else native.push([timeMs / 1000, histogramOf(sample)])
  return {
    ...(numbers.length > 0 ? { values: numbers } : {}),
    ...(native.length > 0 ? { histograms: native } : {}),
  }
}

/** Buckets with how their edges belong to them: 0 the upper, 1 the lower, 3 both. */
function histogramOf(histogram: NativeHistogram) {
  const buckets = bucketsOf(histogram).map(({ lower, upper, count }) => {
    const rule = lower < 0 && upper > 0 ? 3 : upper <= 0 ? 1 : 0
    return [rule, formatValue(lower), formatValue(upper), formatValue(count)]
  })
  const { count, sum } = histogram
  return { count: formatValue(count), sum: formatValue(sum), ...(buckets.length > 0 ? { buckets } : {}) }
}
