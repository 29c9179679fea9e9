import { boundOf } from './bounds.ts'
import { type Buckets, customSchema, isCustom, type NativeHistogram } from './histogram.ts'

/** A bucket by its edges, which may be negative. */
export interface Bucket {
  lower: number
  upper: number
  count: number
}

/** Where a bucket begins and ends; `sign` is -1 for those of negative values. */
export function edgesOf(
  { schema, bounds = [] }: NativeHistogram,
  index: number,
  sign: 1 | -1,
): { lower: number; upper: number } {
  if (schema === customSchema)
    return {
      lower: bounds[index - 1] ?? Number.NEGATIVE_INFINITY,
      upper: bounds[index] ?? Number.POSITIVE_INFINITY,
    }
  const [inner, outer] = [boundOf(index - 1, schema), boundOf(index, schema)]
  return sign === 1 ? { lower: inner, upper: outer } : { lower: -outer, upper: -inner }
}

/**
 * All buckets with observations, rising. That of zero is there where it has more than none, which differences need not
 * have, and the others begin where it ends. Source: Prometheus model/histogram, allFloatBucketIterator.
 */
export function bucketsOf(histogram: NativeHistogram): Bucket[] {
  const { negative, zero, positive } = sidesOf(histogram)
  const outside = (bucket: Bucket) => outsideOf(histogram.zeroThreshold, bucket)
  return [...negative.map(outside), ...(zero.count > 0 ? [zero] : []), ...positive.map(outside)]
}

/** All buckets that have a count, also below none, with the edges of their schema. */
export function writtenBucketsOf(histogram: NativeHistogram): Bucket[] {
  const { negative, zero, positive } = sidesOf(histogram)
  return [...negative, ...(zero.count !== 0 ? [zero] : []), ...positive]
}

function sidesOf(histogram: NativeHistogram): { negative: Bucket[]; zero: Bucket; positive: Bucket[] } {
  const { zeroThreshold, zeroCount } = histogram
  const sided = (buckets: Buckets, sign: 1 | -1) =>
    inOrder(buckets).map(([index, count]) => ({ ...edgesOf(histogram, index, sign), count }))
  return {
    negative: sided(histogram.negative, -1).reverse(),
    zero: { lower: -zeroThreshold, upper: zeroThreshold, count: zeroCount },
    positive: sided(histogram.positive, 1),
  }
}

function outsideOf(zeroThreshold: number, bucket: Bucket): Bucket {
  const { lower, upper } = bucket
  if (upper < 0 && upper > -zeroThreshold) return { ...bucket, upper: -zeroThreshold }
  return lower > 0 && lower < zeroThreshold ? { ...bucket, lower: zeroThreshold } : bucket
}

function inOrder(buckets: Buckets): [number, number][] {
  return [...buckets].filter(([, count]) => count !== 0).sort(([a], [b]) => a - b)
}

/** What a histogram without numbers (`NaN`) among its observations would not have to say. */
export type NaNFinding = 'result' | 'skew' | undefined

/**
 * The quantile: exponential inside a bucket, linear in zero's and in those with bounds of their own. Ranks above the
 * middle are counted from the end, as in Prometheus. Source: Prometheus querying/functions, histogram_quantile.
 */
export function nativeQuantile(
  q: number,
  histogram: NativeHistogram,
): { value: number; finding: NaNFinding } {
  if (q < 0 || q > 1) return plain(q < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY)
  return histogram.count === 0 || Number.isNaN(q) ? plain(Number.NaN) : quantileIn(q, histogram)
}

function quantileIn(q: number, histogram: NativeHistogram): { value: number; finding: NaNFinding } {
  const hasNaN = Number.isNaN(histogram.sum)
  const buckets = bucketsOf(histogram)
  const forward = q < 0.5 || hasNaN
  const rank = (forward ? q : 1 - q) * histogram.count
  const { bucket, passed } = bucketOf(forward ? buckets : buckets.toReversed(), rank)
  if (bucket === undefined) return plain(Number.NaN)
  const edges = narrowed(bucket, histogram)
  const endless = isCustom(histogram) ? endOf(edges) : undefined
  if (endless !== undefined) return plain(endless)
  if (passed < rank) return hasNaN ? { value: Number.NaN, finding: 'result' } : plain(edges.upper)
  const inside = forward ? rank - (passed - bucket.count) : passed - rank
  const value = interpolate(edges, inside / bucket.count, isCustom(histogram))
  const observed = buckets.reduce((sum, { count }) => sum + count, 0)
  return { value, finding: hasNaN && observed < histogram.count ? 'skew' : undefined }
}

function plain(value: number): { value: number; finding: NaNFinding } {
  return { value, finding: undefined }
}

/** The one end that a bucket has which lacks the other. */
function endOf({ lower, upper }: Bucket): number | undefined {
  if (lower === Number.NEGATIVE_INFINITY) return upper
  return upper === Number.POSITIVE_INFINITY ? lower : undefined
}

function bucketOf(order: readonly Bucket[], rank: number): { bucket: Bucket | undefined; passed: number } {
  let passed = 0
  for (const bucket of order) {
    passed += bucket.count
    if (passed >= rank) return { bucket, passed }
  }
  return { bucket: order.at(-1), passed }
}

/** Zero's bucket reaches only to the side where there are others; the first of own bounds begins at 0 where it can. */
function narrowed(bucket: Bucket, histogram: NativeHistogram): Bucket {
  if (isCustom(histogram))
    return bucket.lower === Number.NEGATIVE_INFINITY && bucket.upper > 0 ? { ...bucket, lower: 0 } : bucket
  if (!(bucket.lower <= 0 && bucket.upper >= 0)) return bucket
  const [hasNegative, hasPositive] = [histogram.negative.size > 0, histogram.positive.size > 0]
  if (!hasNegative && hasPositive) return { ...bucket, lower: 0 }
  return hasNegative && !hasPositive ? { ...bucket, upper: 0 } : bucket
}

function interpolate({ lower, upper }: Bucket, fraction: number, isLinear: boolean): number {
  if (isLinear || (lower <= 0 && upper >= 0)) return lower + (upper - lower) * fraction
  const sign = lower < 0 ? -1 : 1
  const from = Math.log2(Math.abs(lower))
  return sign * 2 ** (from + (Math.log2(Math.abs(upper)) - from) * fraction)
}

/** The share of observations between two values. Source: Prometheus querying/functions, histogram_fraction. */
export function nativeFraction(
  lower: number,
  upper: number,
  histogram: NativeHistogram,
): { value: number; hasNaN: boolean } {
  if (histogram.count === 0 || Number.isNaN(lower) || Number.isNaN(upper))
    return { value: Number.NaN, hasNaN: false }
  if (lower >= upper) return { value: 0, hasNaN: false }
  const buckets = bucketsOf(histogram)
  const observed = buckets.reduce((sum, { count }) => sum + count, 0)
  const isLinear = isCustom(histogram)
  const below = (value: number) =>
    buckets.reduce((sum, b) => sum + b.count * shareBelow(narrowed(b, histogram), value, isLinear), 0)
  const hasNaN = Number.isNaN(histogram.sum) && observed < histogram.count
  return { value: (below(upper) - below(lower)) / histogram.count, hasNaN }
}

/** Nothing of a bucket without an end lies below a number; of one without a beginning all of it. */
export function shareBelow({ lower, upper }: Bucket, value: number, isLinear: boolean): number {
  if (value <= lower) return 0
  if (value >= upper || lower === Number.NEGATIVE_INFINITY) return 1
  if (upper === Number.POSITIVE_INFINITY) return 0
  if (isLinear || (lower <= 0 && upper >= 0)) return (value - lower) / (upper - lower)
  const from = Math.log2(Math.abs(lower))
  return (Math.log2(Math.abs(value)) - from) / (Math.log2(Math.abs(upper)) - from)
}
