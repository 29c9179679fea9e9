import type { RangeCall } from '../functions/range-call.ts'
import { averageOf, sumOf } from '../functions/statistics.ts'
import { histogramsOf, type Window } from '../functions/window.ts'
import { type Buckets, combine, isCustom, type NativeHistogram } from './histogram.ts'

export interface Total {
  /** Undefined where exponential and own bounds meet. */
  histogram: NativeHistogram | undefined
  isReconciled: boolean
  hasCollision: boolean
}

/** Many histograms as one; counts are added with what rounding loses, as numbers are. */
export function totalOf(all: readonly NativeHistogram[], fold: 'sum' | 'avg'): Total {
  const hints = new Set(all.map(({ hint }) => hint))
  const hasCollision = hints.has('reset') && hints.has('not_reset')
  if (all.some(one => isCustom(one) !== isCustom(all[0] as NativeHistogram)))
    return { histogram: undefined, isReconciled: false, hasCollision }
  let isReconciled = false
  // the layout that all have, and the hint
  const [head, ...rest] = all as [NativeHistogram, ...NativeHistogram[]]
  let layout = empty(head)
  for (const one of rest) {
    const made = combine(layout, empty(one), 1)
    isReconciled ||= made?.isReconciled ?? false
    layout = made?.histogram ?? layout
  }
  const laid = all.map(one => combine(one, layout, 1)?.histogram ?? one)
  const zero = laid.reduce((most, one) => (one.zeroThreshold > most.zeroThreshold ? one : most))
  const same =
    zero.zeroThreshold === layout.zeroThreshold
      ? laid
      : laid.map(one => combine(one, empty(zero), 1)?.histogram ?? one)
  return { histogram: folded(same, fold, layout), isReconciled, hasCollision }
}

function folded(
  all: readonly NativeHistogram[],
  name: 'sum' | 'avg',
  { hint }: NativeHistogram,
): NativeHistogram {
  const fold = name === 'sum' ? sumOf : averageOf
  const buckets = (of: (one: NativeHistogram) => Buckets): Buckets => {
    const indexes = new Set(all.flatMap(one => [...of(one).keys()]))
    return new Map([...indexes].map(index => [index, fold(all.map(one => of(one).get(index) ?? 0))]))
  }
  return {
    ...(all[0] as NativeHistogram),
    zeroCount: fold(all.map(({ zeroCount }) => zeroCount)),
    count: fold(all.map(({ count }) => count)),
    sum: fold(all.map(({ sum }) => sum)),
    positive: buckets(({ positive }) => positive),
    negative: buckets(({ negative }) => negative),
    ...(hint === undefined ? {} : { hint }),
  }
}

function empty(other: NativeHistogram): NativeHistogram {
  const none = new Map<number, number>()
  return { ...other, zeroCount: 0, count: 0, sum: 0, positive: none, negative: none }
}

export function totalOfHistograms(call: RangeCall, w: Window): NativeHistogram | undefined {
  return noted(call, w, totalOf(histogramsOf(w), 'sum'))
}

export function averageOfHistograms(call: RangeCall, w: Window): NativeHistogram | undefined {
  return noted(call, w, totalOf(histogramsOf(w), 'avg'))
}

function noted(call: RangeCall, w: Window, total: Total): NativeHistogram | undefined {
  if (total.histogram === undefined) call.noteMetric('mixedSchemas', w)
  if (total.hasCollision) call.notes.add('resetCollision', call.range, 'aggregation')
  if (total.isReconciled) call.notes.add('reconciledBuckets', call.range, 'aggregation')
  return total.histogram
}
