import { OperatingError } from '../../../lib/base/index.ts'
import type { Sample } from '../column.ts'
import { changeOfHistogramsWithin, interpolateHistograms } from '../native/extended.ts'
import { isCustom, type NativeHistogram } from '../native/histogram.ts'
import { type Edges, edgesOf, type Timeline } from './edges.ts'
import { type ChangeKind, noteName, type RangeCall } from './range-call.ts'
import { histogramsIn, numbersIn, type Window } from './window.ts'

/**
 * rate, increase and delta of `x[5m] anchored` and `smoothed`: the range holds samples beyond its edges, of which the
 * values at the edges are made. Source: Prometheus querying/basics, extended range selectors.
 */
export function changedWithin(call: RangeCall, w: Window, kind: ChangeKind): Sample | undefined {
  if (histogramsIn(w) > 0) return changeOfHistogramsWithin(call, w, kind)
  const edges = edgesOf(w, { ...w.samples, first: w.first, end: w.end })
  if (edges === undefined) return undefined
  const [left, right] = valuesAt(w, edges, kind.isCounter)
  let change = right - left
  if (kind.isCounter) {
    change += lostWithin(w, edges, left, right)
    noteName(call, w)
  }
  return kind.isRate ? (change * 1000) / w.rangeMs : change
}

/** The range itself: its samples between two that stand at its edges. Errors: QUERY_EXECUTION for histograms. */
export function pointsWithin(w: Window): [timeMs: number, value: number][] {
  if (histogramsIn(w) > 0)
    throw new OperatingError('QUERY_EXECUTION', `${w.extension} does not go with histograms`)
  if (numbersIn(w) === 0) return []
  const edges = edgesOf(w, { ...w.samples, first: w.first, end: w.end })
  if (edges === undefined) return []
  const { startMs, endMs } = edges
  const [left, right] = valuesAt(w, edges, false)
  const inside = Array.from(w.samples.timesMs.subarray(edges.first, edges.last + 1), (timeMs, i) => [
    timeMs,
    w.samples.values[edges.first + i],
  ]) as [number, number][]
  return [[startMs, left], ...inside.filter(([timeMs]) => timeMs > startMs && timeMs < endMs), [endMs, right]]
}

/** What stands at the edges of a range. */
function valuesAt(w: Window, { first, last, startMs, endMs }: Edges, isCounter: boolean): [number, number] {
  const { timesMs, values } = w.samples
  const isSmoothed = w.extension === 'smoothed'
  const cutsLeft = isSmoothed && (timesMs[first] as number) < startMs
  const cutsRight = isSmoothed && last > w.first && (timesMs[last] as number) > endMs
  const between = (from: number, atMs: number) =>
    interpolate(timesMs, values, from, from + 1, atMs, isCounter)
  return [
    cutsLeft ? between(first, startMs) : (values[first] as number),
    cutsRight ? between(last - 1, endMs) : (values[last] as number),
  ]
}

/** What a counter lost between the edges by starting again at zero. */
function lostWithin(w: Window, { first, last, startMs, endMs }: Edges, left: number, right: number): number {
  const { timesMs, values } = w.samples
  const from = (timesMs[first] as number) <= startMs ? first + 1 : first
  const to = (timesMs[last] as number) >= endMs ? last - 1 : last
  let lost = 0
  let before = left
  for (let i = from; i <= to; i++) {
    const value = values[i] as number
    if (value < before) lost += before
    before = value
  }
  return right < before ? lost + before : lost
}

/** The line between two samples; a counter that fell began again at zero. */
function interpolate(
  timesMs: Float64Array,
  values: Float64Array,
  from: number,
  to: number,
  atMs: number,
  isCounter: boolean,
): number {
  const [fromMs, toMs] = [timesMs[from] as number, timesMs[to] as number]
  const [given, end] = [values[from] as number, values[to] as number]
  const start = isCounter && end < given ? 0 : given
  return start + ((end - start) * (atMs - fromMs)) / (toMs - fromMs)
}

/** `x smoothed`: between the samples around the moment; the last one where none follows. */
export function smoothedAt(call: RangeCall, w: Window): Sample | undefined {
  if (call.isMixed(w)) return undefined
  const { histograms } = w
  if (histograms !== undefined && histogramsIn(w) > 0) return smoothedHistogram(call, w, histograms)
  const { timesMs, values } = w.samples
  const next = firstNotBefore(w, { ...w.samples, first: w.first, end: w.end })
  if (next < w.end && timesMs[next] === w.atMs) return values[next]
  if (next === w.first) return undefined
  return next < w.end ? interpolate(timesMs, values, next - 1, next, w.atMs, false) : values[next - 1]
}

function smoothedHistogram(
  call: RangeCall,
  w: Window,
  timeline: Required<Window>['histograms'] & object,
): Sample | undefined {
  const { timesMs, values, first, end } = timeline
  const next = firstNotBefore(w, timeline)
  const [one, other] = [values[next - 1], values[next]]
  if (next < end && timesMs[next] === w.atMs) return other
  if (next === first || one === undefined) return undefined
  if (next >= end || other === undefined) return { ...one, hint: 'unknown' } satisfies NativeHistogram
  if (isCustom(one) !== isCustom(other)) {
    call.noteMetric('mixedSchemas', w)
    return undefined
  }
  const isCounter = one.hint !== 'gauge' || other.hint !== 'gauge'
  const share =
    (w.atMs - (timesMs[next - 1] as number)) / ((timesMs[next] as number) - (timesMs[next - 1] as number))
  return interpolateHistograms(one, other, share, isCounter)
}

function firstNotBefore<V>({ atMs }: Window, { timesMs, first, end }: Timeline<V>): number {
  let at = first
  while (at < end && (timesMs[at] as number) < atMs) at++
  return at
}
