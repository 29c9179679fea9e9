import type { Window } from './window.ts'

export interface Timeline<V> {
  timesMs: Float64Array
  values: ArrayLike<V>
  first: number
  end: number
}

/** Which samples stand at the edges of an extended range. */
export interface Edges {
  startMs: number
  endMs: number
  /** The last sample at or before the range's start, else the first one. */
  first: number
  /** The last sample at or before its end; smoothed, the first one at or behind it. */
  last: number
}

/** Undefined where no sample is of the range. */
export function edgesOf<V>(w: Window, timeline: Timeline<V>): Edges | undefined {
  const { timesMs, first: from, end } = timeline
  const [startMs, endMs] = [w.atMs - w.rangeMs, w.atMs]
  let first = from
  while (first + 1 < end - 1 && (timesMs[first + 1] as number) <= startMs) first++
  let last = end - 1
  if (w.extension === 'smoothed') while (last > from && (timesMs[last - 1] as number) >= endMs) last--
  if ((timesMs[last] as number) <= startMs) return undefined
  if (w.extension === 'smoothed' && (timesMs[first] as number) > endMs) return undefined
  return { startMs, endMs, first, last }
}
