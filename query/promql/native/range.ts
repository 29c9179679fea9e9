import type { ChangeKind, RangeCall } from '../functions/range-call.ts'
import { extrapolation, histogramsOf, type Window, zeroShareOf } from '../functions/window.ts'
import { Adder } from './adder.ts'
import { compact, divided, isCustom, isReset, type NativeHistogram, times } from './histogram.ts'
import { totalOfHistograms } from './total.ts'

/** As for numbers, bucket by bucket. Source: prometheus promql/functions.go, histogramRate. */
export function changeOfHistograms(
  call: RangeCall,
  w: Window,
  { isCounter, isRate }: ChangeKind,
): NativeHistogram | undefined {
  const divisor = isRate ? w.rangeMs / 1000 : 1
  if (!(w.delta && isCounter)) return extrapolated(call, w, isCounter, divisor)
  const total = totalOfHistograms(call, w)
  return total && { ...times(total, 1 / divisor), hint: 'gauge' }
}

function extrapolated(
  call: RangeCall,
  w: Window,
  isCounter: boolean,
  divisor: number,
): NativeHistogram | undefined {
  const { histograms } = w
  const all = histogramsOf(w)
  if (histograms === undefined || all.length < 2) return undefined
  const result = changeOf(call, w, all, isCounter)
  if (result === undefined) return undefined
  const { timesMs, first, end } = histograms
  const share = isCounter
    ? zeroShareOf((all[0] as NativeHistogram).count, result.count)
    : Number.POSITIVE_INFINITY
  const [firstMs, lastMs] = [timesMs[first] as number, timesMs[end - 1] as number]
  // one factor, as Prometheus multiplies
  const factor = extrapolation(w, firstMs, lastMs, end - first, share) / divisor
  return { ...times(compact(result), factor), hint: 'gauge' }
}

function changeOf(
  call: RangeCall,
  w: Window,
  all: readonly NativeHistogram[],
  isCounter: boolean,
): NativeHistogram | undefined {
  const [head, second] = all as [NativeHistogram, NativeHistogram]
  const last = all.at(-1) as NativeHistogram
  noteHints(call, w, all, isCounter)
  // a first one that was counted before all others has no say in how buckets are laid out
  const first = isCounter && isReset(head, second) ? emptyLike(second) : head
  if ([...all.slice(1), first].some(one => isCustom(one) !== isCustom(last))) {
    call.noteMetric('mixedSchemas', w)
    return undefined
  }
  const adder = new Adder(call, w)
  let result = adder.plus(last, first, -1)
  let before = first
  for (const next of isCounter ? all.slice(1) : []) {
    if (isReset(before, next)) result = result && adder.plus(result, before, 1)
    before = next
  }
  return result
}

function emptyLike(other: NativeHistogram): NativeHistogram {
  const none = new Map<number, number>()
  return { ...other, zeroCount: 0, count: 0, sum: 0, positive: none, negative: none, hint: 'unknown' }
}

function noteHints(call: RangeCall, w: Window, all: readonly NativeHistogram[], isCounter: boolean): void {
  if (isCounter && all.some(({ hint }) => hint === 'gauge')) call.noteMetric('notCounter', w)
  const areGauges = all[0]?.hint === 'gauge' && all.at(-1)?.hint === 'gauge'
  if (!isCounter && !areGauges) call.noteMetric('notGauge', w)
}

/** irate, where `seconds` lie between the two, and idelta. */
export function instantChangeOfHistograms(
  call: RangeCall,
  w: Window,
  before: NativeHistogram,
  last: NativeHistogram,
  seconds: number | undefined,
): NativeHistogram | undefined {
  const isRate = seconds !== undefined
  if (isRate && (before.hint === 'gauge' || last.hint === 'gauge')) call.noteMetric('notCounter', w)
  if (!isRate && (before.hint !== 'gauge' || last.hint !== 'gauge')) call.noteMetric('notGauge', w)
  const isAnew = isRate && (w.delta || isReset(before, last))
  const change = isAnew ? last : new Adder(call, w).plus(last, before, -1)
  if (change === undefined || seconds === 0) return undefined
  const counted = compact(change)
  return { ...(isRate ? divided(counted, seconds) : counted), hint: 'gauge' }
}
