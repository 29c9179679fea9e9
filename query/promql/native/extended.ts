import { type Edges, edgesOf } from '../functions/edges.ts'
import type { ChangeKind, RangeCall } from '../functions/range-call.ts'
import type { HistogramSamples, Window } from '../functions/window.ts'
import { Adder } from './adder.ts'
import { combine, divided, isCustom, isReset, type NativeHistogram, times } from './histogram.ts'

/** Bucket by bucket what `changedWithin` does for numbers. */
export function changeOfHistogramsWithin(
  call: RangeCall,
  w: Window,
  { isCounter, isRate }: ChangeKind,
): NativeHistogram | undefined {
  const timeline = w.histograms
  const edges = timeline === undefined ? undefined : edgesOf(w, timeline)
  if (timeline === undefined || edges === undefined) return undefined
  const used = timeline.values.slice(edges.first, edges.last + 1)
  if (!areOfOneKind(call, w, used, isCounter)) return undefined
  const range = new ExtendedRange(w, timeline, edges, isCounter)
  const { left, right } = range
  if (left === undefined || right === undefined) return undefined
  if (!isCounter && (left.hint !== 'gauge' || right.hint !== 'gauge')) call.noteMetric('notGauge', w)
  const adder = new Adder(call, w)
  let result = adder.plus(right, left, -1)
  for (const lost of isCounter ? range.lost(left, right) : []) result = result && adder.plus(result, lost, 1)
  if (result === undefined) return undefined
  const change = isRate ? divided(result, w.rangeMs / 1000) : result
  return { ...change, hint: 'gauge' }
}

function areOfOneKind(
  call: RangeCall,
  w: Window,
  used: readonly NativeHistogram[],
  isCounter: boolean,
): boolean {
  const isOne = used.every(one => isCustom(one) === isCustom(used[0] as NativeHistogram))
  if (!isOne) call.noteMetric('mixedSchemas', w)
  if (isOne && isCounter && used.some(({ hint }) => hint === 'gauge')) call.noteMetric('notCounter', w)
  return isOne
}

/** A range with the histograms at its edges: those that were there, or between two. */
class ExtendedRange {
  readonly left: NativeHistogram | undefined
  readonly right: NativeHistogram | undefined
  readonly #timeline: HistogramSamples
  readonly #edges: Edges
  readonly #isCounter: boolean
  readonly #cutsLeft: boolean

  constructor(w: Window, timeline: HistogramSamples & { first: number }, edges: Edges, isCounter: boolean) {
    this.#timeline = timeline
    this.#edges = edges
    this.#isCounter = isCounter
    const { first, last, startMs, endMs } = edges
    const isSmoothed = w.extension === 'smoothed'
    this.#cutsLeft = isSmoothed && (timeline.timesMs[first] as number) < startMs
    const cutsRight = isSmoothed && last > timeline.first && (timeline.timesMs[last] as number) > endMs
    this.left = this.#cutsLeft ? this.#between(first, startMs) : this.#at(first)
    this.right = cutsRight ? this.#between(last - 1, endMs) : this.#at(last)
  }

  /** What was counted before each new beginning. */
  lost(left: NativeHistogram, right: NativeHistogram): Iterable<NativeHistogram> {
    const { first, last } = this.#edges
    const spans = this.#cutsLeft && isReset(this.#at(first), this.#at(first + 1))
    // where both edges were made of the same two there is nothing between them
    if (spans && last === first + 1) return []
    const inside = this.#timeline.values.slice(first + (spans ? 2 : 1), last)
    return lostBetween(inside, spans ? this.#at(first + 1) : left, right)
  }

  #at(i: number): NativeHistogram {
    return this.#timeline.values[i] as NativeHistogram
  }

  #between(i: number, atMs: number): NativeHistogram | undefined {
    const { timesMs } = this.#timeline
    const [fromMs, toMs] = [timesMs[i] as number, timesMs[i + 1] as number]
    return interpolateHistograms(
      this.#at(i),
      this.#at(i + 1),
      (atMs - fromMs) / (toMs - fromMs),
      this.#isCounter,
    )
  }
}

function* lostBetween(
  inside: readonly NativeHistogram[],
  left: NativeHistogram,
  right: NativeHistogram,
): Generator<NativeHistogram> {
  let before = left
  for (const next of [...inside, right]) {
    if (isReset(before, next)) yield before
    before = next
  }
}

/** Between two, by how much of the way is gone; a counter that began anew grew from nothing. */
export function interpolateHistograms(
  one: NativeHistogram,
  other: NativeHistogram,
  share: number,
  isCounter: boolean,
): NativeHistogram | undefined {
  if (share <= 0) return one
  if (share >= 1) return other
  if (isCounter && isReset(one, other)) return times(other, share)
  const change = combine(other, one, -1)
  const made = change && combine(times(change.histogram, share), one, 1)
  return made && { ...made.histogram, hint: other.hint ?? 'unknown' }
}
