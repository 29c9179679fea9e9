import type { Sample } from '../column.ts'
import { changeOfHistograms, instantChangeOfHistograms } from '../native/range.ts'
import { changedWithin } from './extended.ts'
import { type ChangeKind, noteName, type RangeCall } from './range-call.ts'
import {
  extrapolation,
  histogramsIn,
  lostByResets,
  newest,
  numbersIn,
  sum,
  type Window,
  zeroShareOf,
} from './window.ts'

/** rate, increase and delta. Source: prometheus promql/functions.go, extrapolatedRate. */
export function changed(call: RangeCall, w: Window, kind: ChangeKind): Sample | undefined {
  if (call.isMixed(w)) return undefined
  if (w.extension !== undefined) return changedWithin(call, w, kind)
  if (histogramsIn(w) > 0) return changeOfHistograms(call, w, kind)
  const divisor = kind.isRate ? w.rangeMs / 1000 : 1
  const change = w.delta && kind.isCounter ? sum(w) / divisor : extrapolated(w, kind.isCounter, divisor)
  if (change !== undefined && kind.isCounter) noteName(call, w)
  return change
}

function extrapolated(w: Window, counter: boolean, divisor: number): number | undefined {
  const { first, end } = w
  const { timesMs, values } = w.samples
  if (end - first < 2) return undefined
  const firstValue = values[first] as number
  let change = (values[end - 1] as number) - firstValue
  if (counter) change += lostByResets(w)
  const share = counter ? zeroShareOf(firstValue, change) : Number.POSITIVE_INFINITY
  const factor = extrapolation(w, timesMs[first] as number, timesMs[end - 1] as number, end - first, share)
  // in this order, so that not a bit differs from Prometheus' answer
  return change * (factor / divisor)
}

/** irate and idelta: of the last two samples. Source: prometheus promql/functions.go, instantValue. */
export function instantChange(call: RangeCall, w: Window, isRate: boolean): Sample | undefined {
  if (numbersIn(w) + histogramsIn(w) < 2) return undefined
  const last = newest(w)
  const before = newest(withoutNewest(w))
  if (last === undefined || before === undefined) return undefined
  const seconds = (last.timeMs - before.timeMs) / 1000
  if (typeof last.sample !== 'number' && typeof before.sample !== 'number')
    return instantChangeOfHistograms(call, w, before.sample, last.sample, isRate ? seconds : undefined)
  if (typeof last.sample !== 'number' || typeof before.sample !== 'number') {
    call.noteMixed(w)
    return undefined
  }
  const change = last.sample - before.sample
  if (seconds === 0) return undefined
  if (!isRate) return change
  return (w.delta || last.sample < before.sample ? last.sample : change) / seconds
}

/** The same window without its newest sample. */
function withoutNewest(w: Window): Window {
  const { histograms } = w
  const hasNewestHistogram = typeof newest(w)?.sample !== 'number'
  if (!hasNewestHistogram || histograms === undefined) return { ...w, end: w.end - 1 }
  return { ...w, histograms: { ...histograms, end: histograms.end - 1 } }
}
