import { boundOf } from './bounds.ts'

/** Counts of buckets by index: bucket i ends at 2^(i / 2^schema) and begins where bucket i - 1 ends. */
export type Buckets = ReadonlyMap<number, number>

/** What is known of whether a histogram was counted on from the one before it. */
export type ResetHint = 'unknown' | 'reset' | 'not_reset' | 'gauge'

/** The schema of histograms whose bounds are their own. Source: Prometheus native histograms specification. */
export const customSchema = -53

/** A native histogram: one value of a series. Counts are floats, since rates are. Source: as above. */
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
  /** With the custom schema where buckets end, rising; a last one is without an end. The first index is 0. */
  readonly bounds?: readonly number[]
  readonly hint?: ResetHint
}

/** Two histograms as one, and what has to be said of that. */
export interface Combined {
  histogram: NativeHistogram
  /** Their own bounds differ: buckets were joined up to the bounds that both have. */
  isReconciled: boolean
  /** One was counted on and the other anew. */
  hasCollision: boolean
}

export function isCustom({ schema }: NativeHistogram): boolean {
  return schema === customSchema
}

/** The same with less detail. */
export function toSchema(histogram: NativeHistogram, schema: number): NativeHistogram {
  const shift = histogram.schema - schema
  if (shift <= 0) return histogram
  const merge = (buckets: Buckets) => merged(buckets, index => Math.ceil(index / 2 ** shift))
  return { ...histogram, schema, positive: merge(histogram.positive), negative: merge(histogram.negative) }
}

/** a + factor * b, with the detail that both have; undefined where one has bounds of its own and the other has not. */
export function combine(a: NativeHistogram, b: NativeHistogram, factor: 1 | -1): Combined | undefined {
  if (isCustom(a) !== isCustom(b)) return undefined
  const { hint, hasCollision } = hintOf(a, b)
  const [left, right, isReconciled] = isCustom(a) ? withSameBounds(a, b) : [...withSameLayout(a, b), false]
  const histogram = {
    ...left,
    zeroCount: left.zeroCount + factor * right.zeroCount,
    count: left.count + factor * right.count,
    sum: left.sum + factor * right.sum,
    positive: sumOf(left.positive, right.positive, factor),
    negative: sumOf(left.negative, right.negative, factor),
    hint: factor === -1 ? 'gauge' : hint,
  } as const
  return { histogram, isReconciled, hasCollision }
}

export function times(histogram: NativeHistogram, factor: number): NativeHistogram {
  return scaled(histogram, value => value * factor, factor)
}

export function divided(histogram: NativeHistogram, by: number): NativeHistogram {
  const result = scaled(histogram, value => value / by, by)
  // without observations there is nothing to say of each bucket
  if (by !== 0) return result
  return { ...result, positive: new Map(), negative: new Map() }
}

/**
 * Without buckets of nothing, which what was computed does not keep: whether there are any on one side says where zero's
 * bucket lies. Source: prometheus model/histogram, Compact.
 */
export function compact(histogram: NativeHistogram): NativeHistogram {
  return { ...histogram, positive: counted(histogram.positive), negative: counted(histogram.negative) }
}

function counted(buckets: Buckets): Buckets {
  return new Map([...buckets].filter(([, count]) => count !== 0))
}

function scaled(
  histogram: NativeHistogram,
  scale: (value: number) => number,
  factor: number,
): NativeHistogram {
  const all = (buckets: Buckets) => new Map([...buckets].map(([index, count]) => [index, scale(count)]))
  return {
    ...histogram,
    zeroCount: scale(histogram.zeroCount),
    count: scale(histogram.count),
    sum: scale(histogram.sum),
    positive: all(histogram.positive),
    negative: all(histogram.negative),
    ...(factor < 0 ? { hint: 'gauge' } : {}),
  }
}

/** True where `next` cannot have grown from `before`: what was counted began anew between them. */
export function isReset(before: NativeHistogram, next: NativeHistogram): boolean {
  if (next.hint === 'reset') return true
  if (next.hint === 'not_reset') return false
  if (next.count < before.count) return true
  if (isCustom(next)) return !isCustom(before) || hasFallenWithin(before, next)
  if (next.schema > before.schema || next.zeroThreshold < before.zeroThreshold) return true
  const [old, now] = withSameLayout(before, next)
  if (now.zeroThreshold !== next.zeroThreshold || now.zeroCount < old.zeroCount) return true
  return hasFallen(old.positive, now.positive) || hasFallen(old.negative, now.negative)
}

/** Whether two are the same observations in the same buckets. */
export function isSame(one: NativeHistogram, other: NativeHistogram): boolean {
  return (
    one.schema === other.schema &&
    Object.is(one.count, other.count) &&
    Object.is(one.sum, other.sum) &&
    one.zeroThreshold === other.zeroThreshold &&
    one.zeroCount === other.zeroCount &&
    areSameBounds(one.bounds ?? [], other.bounds ?? []) &&
    areSame(one.positive, other.positive) &&
    areSame(one.negative, other.negative)
  )
}

function areSame(one: Buckets, other: Buckets): boolean {
  const indexes = new Set([...one.keys(), ...other.keys()])
  return [...indexes].every(index => (one.get(index) ?? 0) === (other.get(index) ?? 0))
}

function areSameBounds(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((bound, i) => bound === other[i])
}

function hintOf(a: NativeHistogram, b: NativeHistogram): { hint: ResetHint; hasCollision: boolean } {
  const [one, other] = [a.hint ?? 'unknown', b.hint ?? 'unknown']
  if (one === other) return { hint: one, hasCollision: false }
  if (one === 'gauge' || other === 'gauge') return { hint: 'gauge', hasCollision: false }
  return { hint: 'unknown', hasCollision: one !== 'unknown' && other !== 'unknown' }
}

/** With the bounds that both have. */
function withSameBounds(a: NativeHistogram, b: NativeHistogram): [NativeHistogram, NativeHistogram, boolean] {
  const [one, other] = [a.bounds ?? [], b.bounds ?? []]
  if (areSameBounds(one, other)) return [a, b, false]
  const theirs = new Set(other)
  const bounds = one.filter(bound => theirs.has(bound))
  return [withBounds(a, bounds), withBounds(b, bounds), true]
}

function withBounds(histogram: NativeHistogram, bounds: readonly number[]): NativeHistogram {
  const own = histogram.bounds ?? []
  const place = (index: number) => {
    const found = bounds.findIndex(bound => bound >= (own[index] ?? Number.POSITIVE_INFINITY))
    return found < 0 ? bounds.length : found
  }
  return { ...histogram, bounds, positive: merged(histogram.positive, place) }
}

function hasFallenWithin(before: NativeHistogram, next: NativeHistogram): boolean {
  const [old, now] = withSameBounds(before, next)
  return hasFallen(old.positive, now.positive)
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

function merged(buckets: Buckets, place: (index: number) => number): Buckets {
  const result = new Map<number, number>()
  for (const [index, count] of buckets) addTo(result, place(index), count)
  return result
}

function addTo(buckets: Map<number, number>, index: number, count: number): void {
  buckets.set(index, (buckets.get(index) ?? 0) + count)
}

/** With the coarser schema and the wider zero bucket of the two; each round takes a bucket in, so it ends. */
function withSameLayout(a: NativeHistogram, b: NativeHistogram): [NativeHistogram, NativeHistogram] {
  const schema = Math.min(a.schema, b.schema)
  let [left, right] = [toSchema(a, schema), toSchema(b, schema)]
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
