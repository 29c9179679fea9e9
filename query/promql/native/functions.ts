import { type Column, emptyColumn, put, withoutName } from '../column.ts'
import { histogramQuantile } from '../histogram-quantile.ts'
import type { NativeHistogram } from './histogram.ts'
import { bucketsOf, nativeFraction, nativeQuantile } from './quantile.ts'

type OfHistogram = (histogram: NativeHistogram, parameters: readonly number[]) => number

const ofHistogram: Readonly<Record<string, { parameters: number; compute: OfHistogram }>> = {
  histogram_quantile: { parameters: 1, compute: (h, [q = Number.NaN]) => nativeQuantile(q, h) },
  histogram_fraction: {
    parameters: 2,
    compute: (h, [lower = Number.NaN, upper = Number.NaN]) => nativeFraction(lower, upper, h),
  },
  histogram_count: { parameters: 0, compute: h => h.count },
  histogram_sum: { parameters: 0, compute: h => h.sum },
  histogram_avg: { parameters: 0, compute: h => h.sum / h.count },
  histogram_stddev: { parameters: 0, compute: h => Math.sqrt(varianceOf(h)) },
  histogram_stdvar: { parameters: 0, compute: varianceOf },
}

/** How many numbers each takes before the histograms. */
export const histogramFunctionParameters: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries(ofHistogram).map(([name, { parameters }]) => [name, parameters]),
)

/** Numbers out of native histograms; histogram_quantile also takes classic ones, by their `le`. */
export function applyHistogramFunction(
  name: string,
  parameters: readonly Float64Array[],
  input: readonly Column[],
): Column[] {
  const { compute } = ofHistogram[name] as { compute: OfHistogram }
  const classic =
    name === 'histogram_quantile' ? histogramQuantile(step => parameters[0]?.[step] ?? Number.NaN, input) : []
  const native = input.flatMap(({ labels, histograms }) => {
    if (histograms === undefined) return []
    const column = emptyColumn(withoutName(labels), histograms.length)
    for (const [step, histogram] of histograms.entries())
      if (histogram !== undefined)
        put(
          column,
          step,
          compute(
            histogram,
            parameters.map(values => values[step] as number),
          ),
        )
    return [column]
  })
  return [...native, ...classic]
}

/** Each observation taken to be at the geometric mean of its bucket. Source: prometheus promql/functions.go, histogramVariance. */
function varianceOf(histogram: NativeHistogram): number {
  const mean = histogram.sum / histogram.count
  let squares = 0
  for (const { lower, upper, count } of bucketsOf(histogram)) {
    const middle = lower < 0 && upper > 0 ? 0 : Math.sign(upper) * Math.sqrt(lower * upper)
    squares += count * ((Number.isNaN(middle) ? 0 : middle) - mean) ** 2
  }
  return squares / histogram.count
}
