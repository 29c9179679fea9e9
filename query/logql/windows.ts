import type { RangeAggregation, RangeOperation } from '../../lib/logql/index.ts'
import { averageOf, quantile, sumOf } from '../promql/functions/statistics.ts'
import type { Steps } from '../promql/steps.ts'
import type { StoredSeries } from '../promql/stored-series.ts'
import { quantileOfSorted } from './quantile.ts'
import type { LineSamples } from './samples.ts'

/** The samples of one window, in time order: never none. */
interface Window {
  timesMs: readonly number[]
  values: readonly number[]
  rangeMs: number
}

type Compute = (window: Window, parameter: number) => number

const perSecond = (value: number, { rangeMs }: Window) => value / (rangeMs / 1000)

/** Source: Loki pkg/logql/range_vector.go. */
const operations: Readonly<Record<Exclude<RangeOperation, 'absent_over_time'>, Compute>> = {
  rate: w => perSecond(sumOf(w.values), w),
  bytes_rate: w => perSecond(sumOf(w.values), w),
  rate_counter: counterRate,
  count_over_time: w => sumOf(w.values),
  bytes_over_time: w => sumOf(w.values),
  sum_over_time: w => sumOf(w.values),
  avg_over_time: w => averageOf(w.values),
  max_over_time: w => w.values.reduce((a, b) => (b > a || Number.isNaN(a) ? b : a)),
  min_over_time: w => w.values.reduce((a, b) => (b < a || Number.isNaN(a) ? b : a)),
  first_over_time: w => w.values[0] as number,
  last_over_time: w => w.values.at(-1) as number,
  stdvar_over_time: w => variance(w.values),
  stddev_over_time: w => Math.sqrt(variance(w.values)),
  quantile_over_time: (w, q) => quantile(w.values, q),
}

function variance(values: readonly number[]): number {
  const mean = averageOf(values)
  return averageOf(values.map(value => (value - mean) ** 2))
}

/**
 * Loki carries a counter on before its first sample alone, and takes the range for nanoseconds there: by next to nothing.
 * Source: Loki pkg/logql/range_vector.go, extrapolatedRate.
 */
function counterRate({ values, timesMs, rangeMs }: Window): number {
  if (values.length < 2) return 0
  const first = values[0] as number
  let change = (values.at(-1) as number) - first
  for (let i = 1; i < values.length; i++)
    if ((values[i] as number) < (values[i - 1] as number)) change += values[i - 1] as number
  const sampledMs = (timesMs.at(-1) as number) - (timesMs[0] as number)
  const gapMs = sampledMs / (values.length - 1)
  const toZeroMs = change > 0 && first >= 0 ? sampledMs * (first / change) : rangeMs
  const beforeMs = Math.min(rangeMs / 1e6, toZeroMs)
  const carriedMs = sampledMs + (beforeMs < gapMs * 1.1 ? beforeMs : gapMs / 2)
  return (change * (carriedMs / sampledMs)) / (rangeMs / 1000)
}

/** The aggregation of one window of which only values are known: in time order, for a quantile each list in its own. */
export function computeOver(
  { operation, parameter = 0, rangeMs }: RangeAggregation,
  lists: readonly (readonly number[])[],
): number {
  if (operation === 'quantile_over_time') return quantileOfSorted(lists, parameter)
  if (operation === 'absent_over_time') return 1
  return operations[operation]({ timesMs: [], values: lists.flat(), rangeMs }, parameter)
}

/** A range aggregation at each step, over the lines of `(at - range, at]`. */
export function aggregateLines(
  range: RangeAggregation,
  series: readonly LineSamples[],
  steps: Steps,
): StoredSeries[] {
  if (range.operation === 'absent_over_time') return [absent(range, series, steps)]
  const compute = operations[range.operation]
  return series
    .map(one =>
      storedAt(
        one.labels,
        valuesAt(one, range, steps, w => compute(w, range.parameter ?? 0)),
        steps,
      ),
    )
    .filter(({ samples }) => samples.timesMs.length > 0)
}

function valuesAt(
  { timesMs, values }: LineSamples,
  { rangeMs, offsetMs }: RangeAggregation,
  { startMs, stepMs, count }: Steps,
  compute: (window: Window) => number,
): (number | undefined)[] {
  let [first, end] = [0, 0]
  return Array.from({ length: count }, (_, step) => {
    const atMs = startMs + step * stepMs - offsetMs
    while (end < timesMs.length && (timesMs[end] as number) <= atMs) end++
    while (first < end && (timesMs[first] as number) <= atMs - rangeMs) first++
    if (first === end) return undefined
    return compute({ timesMs: timesMs.slice(first, end), values: values.slice(first, end), rangeMs })
  })
}

export function storedAt(
  labels: Record<string, string>,
  values: readonly (number | undefined)[],
  steps: Steps,
): StoredSeries {
  const present = [...values.keys()].filter(step => values[step] !== undefined)
  return {
    labels,
    delta: false,
    samples: {
      timesMs: Float64Array.from(present, step => steps.startMs + step * steps.stepMs),
      values: Float64Array.from(present, step => values[step] as number),
    },
    staleMs: new Float64Array(0),
    // a value holds at its own step alone
    lookbackMs: 1,
  }
}

/** 1 where no line is, with the labels that the selector asks for by their values. */
function absent(range: RangeAggregation, series: readonly LineSamples[], steps: Steps): StoredSeries {
  const present = series.map(one => valuesAt(one, range, steps, () => 1))
  const values = Array.from({ length: steps.count }, (_, step) =>
    present.some(one => one[step] !== undefined) ? undefined : 1,
  )
  const equal = range.query.matchers.filter(({ operator, value }) => operator === '=' && value !== '')
  return storedAt(Object.fromEntries(equal.map(({ label, value }) => [label, value])), values, steps)
}
