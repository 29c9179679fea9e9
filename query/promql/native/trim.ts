import { type Buckets, isCustom, type NativeHistogram } from './histogram.ts'
import { type Bucket, edgesOf, shareBelow } from './quantile.ts'

interface Kept {
  count: number
  /** Where the observations that are kept are taken to be. */
  middle: number
}

/**
 * `h </ 5` and `h >/ 5`: without the observations above or below a value, which are taken to be spread in their bucket as for
 * quantiles. Source: Prometheus querying/operators, histogram trim operators.
 */
export function trimmed(histogram: NativeHistogram, at: number, side: 'below' | 'above'): NativeHistogram {
  const trim = new Trim(histogram, at, side === 'below')
  const positive = trim.sided(histogram.positive, 1)
  const negative = trim.sided(histogram.negative, -1)
  const zeroCount = trim.zero()
  if (!trim.hasChanged) return histogram
  return { ...histogram, positive, negative, zeroCount, count: trim.count, sum: trim.sum }
}

class Trim {
  count = 0
  sum = 0
  hasChanged = false
  readonly #histogram: NativeHistogram
  readonly #at: number
  readonly #isBelow: boolean

  constructor(histogram: NativeHistogram, at: number, isBelow: boolean) {
    this.#histogram = histogram
    this.#at = at
    this.#isBelow = isBelow
  }

  sided(buckets: Buckets, sign: 1 | -1): Buckets {
    const kept = new Map<number, number>()
    for (const [index, count] of buckets) {
      if (count === 0) continue
      const bucket = { ...edgesOf(this.#histogram, index, sign), count }
      kept.set(index, this.#take(count, this.#kept(bucket, sign)))
    }
    return kept
  }

  zero(): number {
    const { zeroCount, zeroThreshold, positive, negative } = this.#histogram
    if (zeroCount === 0) return 0
    const [hasPositive, hasNegative] = [isFilled(positive), isFilled(negative)]
    const lower = hasPositive && !hasNegative ? 0 : -zeroThreshold
    const upper = hasNegative && !hasPositive ? 0 : zeroThreshold
    return this.#take(zeroCount, this.#within({ lower, upper, count: zeroCount }, true, 1))
  }

  #take(before: number, { count, middle }: Kept): number {
    if (count !== before) this.hasChanged = true
    this.count += count
    this.sum += middle * count
    return count
  }

  #kept(bucket: Bucket, sign: 1 | -1): Kept {
    const isLinear = isCustom(this.#histogram)
    const isEndless = !Number.isFinite(bucket.lower) || !Number.isFinite(bucket.upper)
    if (!isEndless || this.#isAllKept(bucket) || this.#isNoneKept(bucket))
      return this.#within(bucket, isLinear, sign)
    return bucket.lower === Number.NEGATIVE_INFINITY ? this.#ofFirst(bucket) : this.#ofLast(bucket)
  }

  #isAllKept({ lower, upper }: Bucket): boolean {
    return this.#isBelow ? upper <= this.#at : lower >= this.#at
  }

  #isNoneKept({ lower, upper }: Bucket): boolean {
    return this.#isBelow ? lower >= this.#at : upper <= this.#at
  }

  #within(bucket: Bucket, isLinear: boolean, sign: 1 | -1): Kept {
    const { lower, upper, count } = bucket
    if (this.#isAllKept(bucket)) return { count, middle: middleOf(lower, upper, isLinear, sign) }
    if (this.#isNoneKept(bucket)) return { count: 0, middle: 0 }
    const below = count * shareBelow(bucket, this.#at, isLinear)
    if (this.#isBelow) return { count: below, middle: middleOf(lower, this.#at, isLinear, sign) }
    return { count: count - below, middle: middleOf(this.#at, upper, isLinear, sign) }
  }

  /** Without a beginning: from 0 where it ends above, else nobody knows where. */
  #ofFirst({ upper, count }: Bucket): Kept {
    const at = this.#at
    if (this.#isBelow) {
      if (at > 0 && upper > 0 && Number.isFinite(upper))
        return { count: (count * at) / upper, middle: at / 2 }
      return upper <= 0 ? { count, middle: at } : { count: 0, middle: 0 }
    }
    if (at >= 0 && upper > at && Number.isFinite(upper))
      return { count: count * (1 - at / upper), middle: (at + upper) / 2 }
    return { count: 0, middle: 0 }
  }

  #ofLast({ lower, count }: Bucket): Kept {
    return !this.#isBelow && this.#at >= lower ? { count, middle: this.#at } : { count: 0, middle: 0 }
  }
}

function isFilled(buckets: Buckets): boolean {
  return [...buckets.values()].some(count => count !== 0)
}

function middleOf(lower: number, upper: number, isLinear: boolean, sign: 1 | -1): number {
  if (!Number.isFinite(lower)) {
    if (!Number.isFinite(upper)) return 0
    return upper > 0 ? upper / 2 : upper
  }
  if (!Number.isFinite(upper)) return lower
  return isLinear ? (lower + upper) / 2 : sign * Math.sqrt(Math.abs(lower * upper))
}
