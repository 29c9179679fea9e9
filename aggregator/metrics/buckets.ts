import type { ExponentialPointReader, HistogramPointReader } from '../../lib/otlp/index.ts'

/** A histogram as Prometheus' classic buckets: how many observations lie at or below each bound. */
export interface ClassicBuckets {
  /** Upper bounds, rising; +Inf is not among them. */
  bounds: number[]
  /** Observations at or below each bound. */
  cumulative: number[]
}

/** Exponential histograms finer than this (four buckets per doubling) are coarsened, so that bounds stay the same over time. */
const maxScale = 2

export function explicitBuckets(point: HistogramPointReader): ClassicBuckets {
  const cumulative: number[] = []
  let sum = 0
  for (let i = 0; i < point.bounds.length; i++) {
    sum += point.counts[i] ?? 0
    cumulative.push(sum)
  }
  return { bounds: point.bounds, cumulative }
}

/**
 * Buckets of an exponential histogram, those with observations only. Exact: merging buckets loses detail, never counts.
 * Source: OpenTelemetry metrics data model, "ExponentialHistogram".
 */
export function exponentialBuckets(point: ExponentialPointReader): ClassicBuckets {
  const scale = Math.min(point.scale, maxScale)
  const shift = point.scale - scale
  const counts = new Map<number, number>()
  const add = (bound: number, count: number) => counts.set(bound, (counts.get(bound) ?? 0) + count)
  // values from -base^(index+1) up to -base^index
  for (const [i, count] of point.negative.counts.entries())
    if (count > 0) add(-(2 ** (coarse(point.negative.offset + i, shift) / 2 ** scale)), count)
  if (point.zeroCount > 0) add(point.zeroThreshold, point.zeroCount)
  for (const [i, count] of point.positive.counts.entries())
    if (count > 0) add(2 ** ((coarse(point.positive.offset + i, shift) + 1) / 2 ** scale), count)

  const bounds = [...counts.keys()].sort((a, b) => a - b)
  const cumulative: number[] = []
  let sum = 0
  for (const bound of bounds) {
    sum += counts.get(bound) as number
    cumulative.push(sum)
  }
  return { bounds, cumulative }
}

/** Index of the bucket that holds bucket `index` when the scale is lowered by `shift`. */
function coarse(index: number, shift: number): number {
  return Math.floor(index / 2 ** shift)
}
