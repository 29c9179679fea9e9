import { type Column, emptyColumn, put, withoutName } from '../column.ts'
import { histogramQuantile } from '../histogram-quantile.ts'
import type { NativeHistogram } from './histogram.ts'
import { nativeFraction, nativeQuantile } from './quantile.ts'

type OfHistogram = (histogram: NativeHistogram, parameters: readonly number[]) => number

const ofHistogram: Readonly<Record<string, OfHistogram>> = {
  histogram_quantile: (h, [q = Number.NaN]) => nativeQuantile(q, h),
  histogram_fraction: (h, [lower = Number.NaN, upper = Number.NaN]) => nativeFraction(lower, upper, h),
  histogram_count: h => h.count,
  histogram_sum: h => h.sum,
  histogram_avg: h => h.sum / h.count,
}

export function isHistogramFunction(name: string): boolean {
  return Object.hasOwn(ofHistogram, name)
}

/** Numbers out of native histograms; histogram_quantile also takes classic ones, by their `le`. */
export function applyHistogramFunction(
  name: string,
  parameters: readonly number[],
  input: readonly Column[],
): Column[] {
  const compute = ofHistogram[name] as OfHistogram
  const classic = name === 'histogram_quantile' ? histogramQuantile(parameters[0] ?? Number.NaN, input) : []
  const native = input.flatMap(({ labels, histograms }) => {
    if (histograms === undefined) return []
    const column = emptyColumn(withoutName(labels), histograms.length)
    for (const [step, histogram] of histograms.entries())
      if (histogram !== undefined) put(column, step, compute(histogram, parameters))
    return [column]
  })
  return [...native, ...classic]
}
