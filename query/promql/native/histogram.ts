/** Counts of buckets by index: bucket i ends at 2^(i / 2^schema) and begins where bucket i - 1 ends. */
export type Buckets = ReadonlyMap<number, number>

/** A native histogram: one value of a series. Counts are floats, since rates are. Source: Prometheus native histograms specification. */
export interface NativeHistogram {
  readonly schema: number
  /** Observations from -zeroThreshold to zeroThreshold are in zeroCount. */
  readonly zeroThreshold: number
  readonly zeroCount: number
  readonly count: number
  readonly sum: number
  readonly positive: Buckets
  /** By absolute values. */
  readonly negative: Buckets
}

/** Where bucket `index` ends. */
export function boundOf(index: number, schema: number): number {
  return 2 ** (index / 2 ** schema)
}

/** The same with less detail. */
export function toSchema(histogram: NativeHistogram, schema: number): NativeHistogram {
  const shift = histogram.schema - schema
  if (shift <= 0) return histogram
  const merge = (buckets: Buckets) => {
    const merged = new Map<number, number>()
    for (const [index, count] of buckets) addTo(merged, Math.ceil(index / 2 ** shift), count)
    return merged
  }
  return { ...histogram, schema, positive: merge(histogram.positive), negative: merge(histogram.negative) }
}

/** a + factor * b, with the detail that both have. */
export function plus(a: NativeHistogram, b: NativeHistogram, factor = 1): NativeHistogram {
  const schema = Math.min(a.schema, b.schema)
  const [left, right] = withSameZero(toSchema(a, schema), toSchema(b, schema))
  return {
    schema,
    zeroThreshold: left.zeroThreshold,
    zeroCount: left.zeroCount + factor * right.zeroCount,
    count: left.count + factor * right.count,
    sum: left.sum + factor * right.sum,
    positive: sumOf(left.positive, right.positive, factor),
    negative: sumOf(left.negative, right.negative, factor),
  }
}

export function times(histogram: NativeHistogram, factor: number): NativeHistogram {
  const scale = (buckets: Buckets) => new Map([...buckets].map(([index, count]) => [index, count * factor]))
  return {
    ...histogram,
    zeroCount: histogram.zeroCount * factor,
    count: histogram.count * factor,
    sum: histogram.sum * factor,
    positive: scale(histogram.positive),
    negative: scale(histogram.negative),
  }
}

/** True where `next` cannot have grown from `before`: what was counted began anew between them. */
export function isReset(before: NativeHistogram, next: NativeHistogram): boolean {
  if (next.count < before.count || next.schema > before.schema) return true
  if (next.zeroThreshold < before.zeroThreshold) return true
  const [old, now] = withSameZero(toSchema(before, next.schema), next)
  if (now.zeroThreshold !== next.zeroThreshold || now.zeroCount < old.zeroCount) return true
  return hasFallen(old.positive, now.positive) || hasFallen(old.negative, now.negative)
}

function hasFallen(before: Buckets, next: Buckets): boolean {
  for (const [index, count] of before) if ((next.get(index) ?? 0) < count) return true
  return false
}

function sumOf(a: Buckets, b: Buckets, factor: number): Buckets {
  const sum = new Map(a)
  for (const [index, count] of b) addTo(sum, index, count * factor)
  return sum
}

function addTo(buckets: Map<number, number>, index: number, count: number): void {
  buckets.set(index, (buckets.get(index) ?? 0) + count)
}

/** Widens the zero buckets until both are alike; each round takes a bucket in, so it ends. */
function withSameZero(a: NativeHistogram, b: NativeHistogram): [NativeHistogram, NativeHistogram] {
  let [left, right] = [a, b]
  while (left.zeroThreshold !== right.zeroThreshold) {
    const threshold = Math.max(left.zeroThreshold, right.zeroThreshold)
    left = withZero(left, threshold)
    right = withZero(right, threshold)
  }
  return [left, right]
}

/** With a zero bucket of at least `threshold`: wider where that lies inside a bucket that has observations. */
function withZero(histogram: NativeHistogram, threshold: number): NativeHistogram {
  if (histogram.zeroThreshold >= threshold) return histogram
  const { schema } = histogram
  let widest = threshold
  let { zeroCount } = histogram
  const keep = (buckets: Buckets) => {
    const kept = new Map<number, number>()
    for (const [index, count] of buckets)
      if (boundOf(index - 1, schema) >= threshold) kept.set(index, count)
      else if (count !== 0) {
        zeroCount += count
        widest = Math.max(widest, boundOf(index, schema))
      }
    return kept
  }
  const [positive, negative] = [keep(histogram.positive), keep(histogram.negative)]
  return { ...histogram, zeroThreshold: widest, zeroCount, positive, negative }
}
