import { type Column, type Sample, sampleAt } from './column.ts'
import type { Steps } from './steps.ts'
import type { StoredSeries } from './stored-series.ts'

/** What a subquery gave at its steps, as if it had been stored. */
export function seriesOf(column: Column, { startMs, stepMs, count }: Steps): StoredSeries {
  const numbers: [number, number][] = []
  const found: Required<StoredSeries>['histograms']['values'][number][] = []
  const foundMs: number[] = []
  let before: Sample | undefined
  for (let step = 0; step < count; step++) {
    const sample = sampleAt(column, step)
    const timeMs = startMs + step * stepMs
    if (typeof sample === 'number') numbers.push([timeMs, sample])
    else if (sample !== undefined) {
      // what is there again was not counted anew again
      const isAgain = sample === before && sample.hint !== 'gauge'
      before = sample
      found.push(isAgain ? { ...sample, hint: 'unknown' } : sample)
      foundMs.push(timeMs)
    }
  }
  return {
    labels: { ...column.labels },
    delta: false,
    staleMs: new Float64Array(),
    samples: {
      timesMs: Float64Array.from(numbers, ([timeMs]) => timeMs),
      values: Float64Array.from(numbers, ([, value]) => value),
    },
    ...(found.length === 0 ? {} : { histograms: { timesMs: Float64Array.from(foundMs), values: found } }),
  }
}
