import { sumOf } from './statistics.ts'

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

export function sum(w: Window): number {
  return sumOf(valuesOf(w))
}

export function valuesOf(w: Window): Float64Array {
  return w.samples.values.subarray(w.first, w.end)
}

/** What counters lost by starting again at zero. */
export function lostByResets(w: Window): number {
  let lost = 0
  for (let i = w.first + 1; i < w.end; i++) {
    const before = w.samples.values[i - 1] as number
    if ((w.samples.values[i] as number) < before) lost += before
  }
  return lost
}

/** Whether the series ended after the newest sample of the window. Source: Prometheus querying/basics, staleness. */
export function hasEnded(
  w: { end: number; atMs: number },
  timesMs: Float64Array,
  staleMs: Float64Array,
): boolean {
  if (staleMs.length === 0) return false
  const newestMs = timesMs[w.end - 1] as number
  return staleMs.some(ms => ms > newestMs && ms <= w.atMs)
}
