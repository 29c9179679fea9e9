/** Samples of one series in time order: what range functions see. */
export interface Samples {
  timesMs: Float64Array
  values: Float64Array
}

/** Samples `first` up to `end` (excluded) of a series lie in the window `(atMs - rangeMs, atMs]`. */
export interface Window {
  samples: Samples
  first: number
  end: number
  atMs: number
  rangeMs: number
  /** True where each sample is an increase by itself (OTLP delta temporality). */
  delta: boolean
}

type RangeFunction = (window: Window, parameter: number) => number | undefined
type ValueFunction = (value: number, parameter: number) => number

interface FunctionKind {
  arity: number
  range?: RangeFunction
  value?: ValueFunction
}

/** The functions Millrace knows. A new one is a line here. Source: Prometheus querying/functions. */
export const functions: Readonly<Record<string, FunctionKind>> = {
  rate: { arity: 1, range: w => scaled(increase(w), 1000 / w.rangeMs) },
  increase: { arity: 1, range: w => increase(w) },
  irate: { arity: 1, range: irate },
  delta: { arity: 1, range: w => extrapolated(w, false) },
  avg_over_time: { arity: 1, range: w => sum(w) / (w.end - w.first) },
  sum_over_time: { arity: 1, range: sum },
  count_over_time: { arity: 1, range: w => w.end - w.first },
  min_over_time: { arity: 1, range: w => fold(w, Math.min) },
  max_over_time: { arity: 1, range: w => fold(w, Math.max) },
  last_over_time: { arity: 1, range: w => w.samples.values[w.end - 1] },
  quantile_over_time: {
    arity: 2,
    range: (w, q) => quantile([...w.samples.values.subarray(w.first, w.end)], q),
  },
  abs: { arity: 1, value: Math.abs },
  ceil: { arity: 1, value: Math.ceil },
  floor: { arity: 1, value: Math.floor },
  round: { arity: 1, value: v => Math.floor(v + 0.5) },
  sqrt: { arity: 1, value: Math.sqrt },
  histogram_quantile: { arity: 2 },
  histogram_fraction: { arity: 3 },
  histogram_count: { arity: 1 },
  histogram_sum: { arity: 1 },
  histogram_avg: { arity: 1 },
}

export function isRangeFunction(name: string): boolean {
  return functions[name]?.range !== undefined
}

function scaled(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : value * factor
}

function fold(w: Window, pick: (a: number, b: number) => number): number {
  let result = w.samples.values[w.first] as number
  for (let i = w.first + 1; i < w.end; i++) result = pick(result, w.samples.values[i] as number)
  return result
}

function sum(w: Window): number {
  let total = 0
  for (let i = w.first; i < w.end; i++) total += w.samples.values[i] as number
  return total
}

function increase(w: Window): number | undefined {
  return w.delta ? sum(w) : extrapolated(w, true)
}

function irate(w: Window): number | undefined {
  if (w.end - w.first < 2) return undefined
  const { timesMs, values } = w.samples
  const [before, last] = [values[w.end - 2] as number, values[w.end - 1] as number]
  const seconds = ((timesMs[w.end - 1] as number) - (timesMs[w.end - 2] as number)) / 1000
  return (w.delta || last < before ? last : last - before) / seconds
}

function extrapolated(w: Window, counter: boolean): number | undefined {
  if (w.end - w.first < 2) return undefined
  const { timesMs, values } = w.samples
  const firstValue = values[w.first] as number
  let change = (values[w.end - 1] as number) - firstValue
  if (counter) change += resets(w)
  return change * extrapolation(w, timesMs, counter ? { first: firstValue, change } : undefined)
}

/**
 * By how much a change between the first and the last sample is carried on to the window's edges: up to half a mean gap
 * beyond the samples, and a counter not below zero. Source: prometheus promql/functions.go, extrapolatedRate.
 */
export function extrapolation(
  w: Pick<Window, 'first' | 'end' | 'atMs' | 'rangeMs'>,
  timesMs: Float64Array,
  counter: { first: number; change: number } | undefined,
): number {
  const [firstMs, lastMs] = [timesMs[w.first] as number, timesMs[w.end - 1] as number]
  const sampledMs = lastMs - firstMs
  const meanGapMs = sampledMs / (w.end - w.first - 1)
  const thresholdMs = meanGapMs * 1.1
  let toStartMs = firstMs - (w.atMs - w.rangeMs)
  let toEndMs = w.atMs - lastMs
  if (toStartMs >= thresholdMs) toStartMs = meanGapMs / 2
  if (counter !== undefined && counter.change > 0 && counter.first >= 0)
    toStartMs = Math.min(toStartMs, sampledMs * (counter.first / counter.change))
  if (toEndMs >= thresholdMs) toEndMs = meanGapMs / 2
  return (sampledMs + toStartMs + toEndMs) / sampledMs
}

/** What counters lost by starting again at zero. */
function resets(w: Window): number {
  let lost = 0
  for (let i = w.first + 1; i < w.end; i++) {
    const before = w.samples.values[i - 1] as number
    if ((w.samples.values[i] as number) < before) lost += before
  }
  return lost
}

/** Prometheus' quantile: linear between the two nearest ranks. */
export function quantile(values: number[], q: number): number {
  if (values.length === 0 || Number.isNaN(q)) return Number.NaN
  if (q < 0) return Number.NEGATIVE_INFINITY
  if (q > 1) return Number.POSITIVE_INFINITY
  const sorted = values.toSorted((a, b) => a - b)
  const rank = q * (sorted.length - 1)
  const below = Math.floor(rank)
  const above = Math.min(sorted.length - 1, below + 1)
  const weight = rank - below
  return (sorted[below] as number) * (1 - weight) + (sorted[above] as number) * weight
}
