import type { Extension } from '../ast.ts'
import type { Labels } from '../column.ts'
import type { NativeHistogram } from '../native/histogram.ts'
import { sumOf } from './statistics.ts'

/** Numbers of one series in time order. */
export interface Samples {
  timesMs: Float64Array
  values: Float64Array
}

/** Histograms of one series in time order. */
export interface HistogramSamples {
  timesMs: Float64Array
  values: readonly NativeHistogram[]
}

/** What of a series lies in `(atMs - rangeMs, atMs]`: numbers and histograms `first` up to `end` (excluded). */
export interface Window {
  readonly labels: Labels
  readonly samples: Samples
  first: number
  end: number
  /** A series may have both, one after the other. */
  readonly histograms: (HistogramSamples & { first: number; end: number }) | undefined
  atMs: number
  /** Of the evaluation: the end of the window where there is no offset and no @. */
  nowMs: number
  readonly rangeMs: number
  /** True where each sample is an increase by itself (OTLP delta temporality). */
  readonly delta: boolean
  /** Moments at which the series ended. */
  readonly staleMs: Float64Array
  /** With it the window holds samples beyond its edges as well: see functions/extended.ts. */
  readonly extension: Extension | undefined
}

export function histogramsIn({ histograms }: Window): number {
  return histograms === undefined ? 0 : histograms.end - histograms.first
}

export function numbersIn({ first, end }: Window): number {
  return end - first
}

/** The histograms of the window. */
export function histogramsOf({ histograms }: Window): readonly NativeHistogram[] {
  return histograms === undefined ? [] : histograms.values.slice(histograms.first, histograms.end)
}

/**
 * By how much a change between the first and the last of `count` samples is carried on to the window's edges: up to half a mean gap
 * beyond the samples, and a counter not below zero (`zeroShare` is what it began with, as a share of its change; infinite where that
 * means nothing). Source: prometheus promql/functions.go, extrapolatedRate. Hot: once a window.
 */
export function extrapolation(
  { atMs, rangeMs }: Pick<Window, 'atMs' | 'rangeMs'>,
  firstMs: number,
  lastMs: number,
  count: number,
  zeroShare: number,
): number {
  const sampled = (lastMs - firstMs) / 1000
  const meanGap = sampled / (count - 1)
  const threshold = meanGap * 1.1
  let toStart = (firstMs - (atMs - rangeMs)) / 1000
  let toEnd = (atMs - lastMs) / 1000
  if (toStart >= threshold) toStart = meanGap / 2
  if (zeroShare < Number.POSITIVE_INFINITY) toStart = Math.min(toStart, sampled * zeroShare)
  if (toEnd >= threshold) toEnd = meanGap / 2
  return sampled === 0 ? 1 : (sampled + toStart + toEnd) / sampled
}

/** What a counter began with, as a share of its change. */
export function zeroShareOf(first: number, change: number): number {
  return change > 0 && first >= 0 ? first / change : Number.POSITIVE_INFINITY
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

/** The newest sample of the window, with its time. */
export function newest(w: Window): { timeMs: number; sample: number | NativeHistogram } | undefined {
  const { samples, histograms } = w
  const number = w.end > w.first ? (samples.timesMs[w.end - 1] as number) : Number.NEGATIVE_INFINITY
  const has = histograms !== undefined && histograms.end > histograms.first
  const histogram = has ? (histograms.timesMs[histograms.end - 1] as number) : Number.NEGATIVE_INFINITY
  if (has && histogram >= number)
    return { timeMs: histogram, sample: histograms.values[histograms.end - 1] as NativeHistogram }
  return w.end > w.first ? { timeMs: number, sample: samples.values[w.end - 1] as number } : undefined
}

/** The oldest one. */
export function oldest(w: Window): { timeMs: number; sample: number | NativeHistogram } | undefined {
  const { samples, histograms } = w
  const number = w.end > w.first ? (samples.timesMs[w.first] as number) : Number.POSITIVE_INFINITY
  const has = histograms !== undefined && histograms.end > histograms.first
  const histogram = has ? (histograms.timesMs[histograms.first] as number) : Number.POSITIVE_INFINITY
  if (has && histogram <= number)
    return { timeMs: histogram, sample: histograms.values[histograms.first] as NativeHistogram }
  return w.end > w.first ? { timeMs: number, sample: samples.values[w.first] as number } : undefined
}

/** The newest sample, unless the series ended after it. Source: Prometheus querying/basics, staleness. */
export function instantOf(w: Window): { timeMs: number; sample: number | NativeHistogram } | undefined {
  const found = newest(w)
  if (found === undefined || w.staleMs.length === 0) return found
  const hasEnded = w.staleMs.some(ms => ms > found.timeMs && ms <= w.atMs)
  return hasEnded ? undefined : found
}
