import { type Buckets, boundOf, type NativeHistogram } from './histogram.ts'

/** A bucket by its edges, which may be negative. */
export interface Bucket {
  lower: number
  upper: number
  count: number
}

/** All buckets with observations, rising. */
export function bucketsOf(histogram: NativeHistogram): Bucket[] {
  const { schema, zeroThreshold, zeroCount } = histogram
  const sided = (buckets: Buckets) =>
    [...buckets]
      .filter(([, count]) => count !== 0)
      .sort(([a], [b]) => a - b)
      .map(([index, count]) => ({ lower: boundOf(index - 1, schema), upper: boundOf(index, schema), count }))
  const positive = sided(histogram.positive)
  const negative = sided(histogram.negative).map(b => ({ lower: -b.upper, upper: -b.lower, count: b.count }))
  const zero = { lower: -zeroThreshold, upper: zeroThreshold, count: zeroCount }
  return [...negative.reverse(), ...(zeroCount === 0 ? [] : [zero]), ...positive]
}

/** Zero's bucket reaches only to the side where there are others. Source: Prometheus, HistogramQuantile. */
function narrowed(bucket: Bucket, all: readonly Bucket[]): Bucket {
  if (!(bucket.lower < 0 && bucket.upper > 0)) return bucket
  const hasNegative = all.some(other => other.upper <= bucket.lower)
  const hasPositive = all.some(other => other.lower >= bucket.upper)
  if (!hasNegative && hasPositive) return { ...bucket, lower: 0 }
  return hasNegative && !hasPositive ? { ...bucket, upper: 0 } : bucket
}

/**
 * The quantile: exponential inside a bucket, linear in zero's. Source: Prometheus querying/functions,
 * histogram_quantile. Ranks above the middle are counted from the end, as there.
 */
export function nativeQuantile(q: number, histogram: NativeHistogram): number {
  if (q < 0) return Number.NEGATIVE_INFINITY
  if (q > 1) return Number.POSITIVE_INFINITY
  if (histogram.count === 0 || Number.isNaN(q)) return Number.NaN
  const buckets = bucketsOf(histogram)
  const forward = q < 0.5 || Number.isNaN(histogram.sum)
  const rank = (forward ? q : 1 - q) * histogram.count
  const order = forward ? buckets : buckets.toReversed()
  let passed = 0
  for (const bucket of order) {
    passed += bucket.count
    if (passed < rank) continue
    const inside = forward ? rank - (passed - bucket.count) : passed - rank
    return interpolate(narrowed(bucket, buckets), inside / bucket.count)
  }
  const last = order.at(-1)
  if (last === undefined || Number.isNaN(histogram.sum)) return Number.NaN
  return forward ? last.upper : last.lower
}

function interpolate({ lower, upper }: Bucket, fraction: number): number {
  if (lower <= 0 && upper >= 0) return lower + (upper - lower) * fraction
  const sign = lower < 0 ? -1 : 1
  const from = Math.log2(Math.abs(lower))
  return sign * 2 ** (from + (Math.log2(Math.abs(upper)) - from) * fraction)
}

/** The share of observations between two values. Source: Prometheus querying/functions, histogram_fraction. */
export function nativeFraction(lower: number, upper: number, histogram: NativeHistogram): number {
  if (histogram.count === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return Number.NaN
  if (lower >= upper) return 0
  const buckets = bucketsOf(histogram)
  const below = (value: number) =>
    buckets.reduce((sum, bucket) => sum + bucket.count * shareBelow(narrowed(bucket, buckets), value), 0)
  return (below(upper) - below(lower)) / histogram.count
}

function shareBelow({ lower, upper }: Bucket, value: number): number {
  if (value <= lower) return 0
  if (value >= upper) return 1
  if (lower <= 0 && upper >= 0) return (value - lower) / (upper - lower)
  const from = Math.log2(Math.abs(lower))
  return (Math.log2(Math.abs(value)) - from) / (Math.log2(Math.abs(upper)) - from)
}
