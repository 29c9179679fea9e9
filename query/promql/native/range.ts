import { extrapolation } from '../functions/window.ts'
import { isReset, type NativeHistogram, plus, times } from './histogram.ts'

/** Histograms `first` up to `end` (excluded) of a series lie in the window `(atMs - rangeMs, atMs]`. */
export interface HistogramWindow {
  timesMs: Float64Array
  values: readonly NativeHistogram[]
  first: number
  end: number
  atMs: number
  rangeMs: number
  delta: boolean
}

type RangeFunction = (window: HistogramWindow) => NativeHistogram | number | undefined

/** What range functions make of histograms; others know only numbers and pass them over. */
export const histogramRangeFunctions: Readonly<Record<string, RangeFunction>> = {
  rate: w => scaled(increase(w), 1000 / w.rangeMs),
  increase: w => increase(w),
  delta: w => change(w, false),
  sum_over_time: w => total(w),
  avg_over_time: w => scaled(total(w), 1 / (w.end - w.first)),
  last_over_time: w => w.values[w.end - 1],
  first_over_time: w => w.values[w.first],
  present_over_time: () => 1,
  count_over_time: w => w.end - w.first,
}

function scaled(histogram: NativeHistogram | undefined, factor: number): NativeHistogram | undefined {
  return histogram === undefined ? undefined : times(histogram, factor)
}

function increase(w: HistogramWindow): NativeHistogram | undefined {
  return w.delta ? total(w) : change(w, true)
}

function total({ values, first, end }: HistogramWindow): NativeHistogram | undefined {
  const [head, ...rest] = values.slice(first, end)
  return head === undefined ? undefined : rest.reduce((sum, value) => plus(sum, value), head)
}

/** As for numbers, bucket by bucket. Source: prometheus promql/functions.go, histogramRate. */
function change(w: HistogramWindow, isCounter: boolean): NativeHistogram | undefined {
  const { values, first, end } = w
  const [head, last] = [values[first], values[end - 1]]
  if (head === undefined || last === undefined || end - first < 2) return undefined
  let result = plus(last, head, -1)
  if (isCounter)
    for (let i = first + 1; i < end; i++) {
      const [before, next] = [values[i - 1] as NativeHistogram, values[i] as NativeHistogram]
      if (isReset(before, next)) result = plus(result, before)
    }
  const zeroAt = isCounter ? { first: head.count, change: result.count } : undefined
  return times(result, extrapolation(w, w.timesMs, zeroAt))
}
