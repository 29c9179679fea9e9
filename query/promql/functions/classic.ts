/** The count of all observations up to a bound. */
export interface ClassicBucket {
  bound: number
  count: number
}

export interface Forced {
  from: number
  to: number
  difference: number
}

/** Counts that differ by less are taken to be alike: sums and rates are not exact. */
const tolerance = 1e-12

/**
 * The quantile of a classic histogram: linear inside the bucket it falls in. Counts that fall from one bucket to the next are
 * raised, which is told. Source: Prometheus querying/functions, histogram_quantile.
 */
export function classicQuantile(
  q: number,
  given: readonly ClassicBucket[],
): { value: number; forced: Forced | undefined } {
  const plain = (value: number) => ({ value, forced: undefined })
  if (Number.isNaN(q)) return plain(Number.NaN)
  if (q < 0) return plain(Number.NEGATIVE_INFINITY)
  if (q > 1) return plain(Number.POSITIVE_INFINITY)
  const whole = wholeBuckets(given)
  if (whole === undefined) return plain(Number.NaN)
  const { buckets, forced } = rising(whole)
  const total = buckets.at(-1)?.count ?? 0
  if (buckets.length < 2 || total === 0 || Number.isNaN(total)) return { value: Number.NaN, forced }
  return { value: quantileIn(buckets, q * total), forced }
}

function quantileIn(buckets: readonly ClassicBucket[], rank: number): number {
  const last = buckets.length - 1
  const found = buckets.slice(0, last).findIndex(({ count }) => count >= rank)
  const at = found < 0 ? last : found
  const { bound, count } = buckets[at] as ClassicBucket
  if (at === last) return (buckets[last - 1] as ClassicBucket).bound
  if (at === 0 && bound <= 0) return bound
  const before = buckets[at - 1] ?? { bound: 0, count: 0 }
  return before.bound + (bound - before.bound) * ((rank - before.count) / (count - before.count))
}

/** The share of observations between two values. Source: Prometheus querying/functions, histogram_fraction. */
export function classicFraction(lower: number, upper: number, given: readonly ClassicBucket[]): number {
  const buckets = wholeBuckets(given)
  const total = buckets?.at(-1)?.count ?? 0
  if (buckets === undefined || total === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return Number.NaN
  if (lower >= upper) return 0
  return (countBelow(buckets, upper, total) - countBelow(buckets, lower, total)) / total
}

function countBelow(buckets: readonly ClassicBucket[], value: number, total: number): number {
  let before = 0
  let lower = (buckets[0] as ClassicBucket).bound <= 0 ? Number.NEGATIVE_INFINITY : 0
  for (const { bound, count } of buckets) {
    if (lower >= value) return Math.min(before, total)
    if (bound > value) {
      const share = lower === Number.NEGATIVE_INFINITY ? 1 : (value - lower) / (bound - lower)
      return Math.min(before + (count - before) * share, total)
    }
    before = count
    lower = bound
  }
  return total
}

/** In order, those of one bound together; undefined where the last one is not without an end. */
function wholeBuckets(given: readonly ClassicBucket[]): ClassicBucket[] | undefined {
  const byBound = new Map<number, number>()
  for (const { bound, count } of given) byBound.set(bound, (byBound.get(bound) ?? 0) + count)
  const buckets = [...byBound].map(([bound, count]) => ({ bound, count })).sort((a, b) => a.bound - b.bound)
  return buckets.at(-1)?.bound === Number.POSITIVE_INFINITY ? buckets : undefined
}

function rising(given: readonly ClassicBucket[]): { buckets: ClassicBucket[]; forced: Forced | undefined } {
  let before = given[0]?.count ?? 0
  let forced: Forced | undefined
  const buckets = given.map(({ bound, count }) => {
    if (count === before) return { bound, count }
    if (isAbout(before, count)) return { bound, count: before }
    if (count < before) {
      const { from, to, difference } = forced ?? { from: bound, to: bound, difference: 0 }
      forced = {
        from: Math.min(from, bound),
        to: Math.max(to, bound),
        difference: Math.max(difference, before - count),
      }
      return { bound, count: before }
    }
    before = count
    return { bound, count }
  })
  return { buckets, forced }
}

function isAbout(a: number, b: number): boolean {
  return Math.abs(a - b) / (Math.abs(a) + Math.abs(b)) < tolerance
}
