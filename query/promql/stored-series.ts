import { orderKey } from './column.ts'
import type { HistogramSamples, Samples } from './functions/window.ts'
import { inTimeOrder } from './stored-samples.ts'

export interface StoredSeries {
  labels: Record<string, string>
  delta: boolean
  samples: Samples
  histograms?: HistogramSamples
  /** Moments at which the series ended, rising; samples after one begin it anew. */
  staleMs: Float64Array
  /** How far an instant selector looks back, where it is not as far as usual. */
  lookbackMs?: number
}

/**
 * By labels, so that what is chosen among equals is the same whenever it is asked for. What was stored under two fingerprints is
 * one series where its labels are.
 */
export function inOrder(series: readonly StoredSeries[]): StoredSeries[] {
  const keyed = series.map(one => ({ one, key: orderKey(one.labels) }))
  keyed.sort((a, b) => (a.key < b.key ? -1 : 1))
  const found: { one: StoredSeries; key: string }[] = []
  for (const { one, key } of keyed) {
    const before = found.at(-1)
    if (before?.key === key) before.one = oneAtATime(joined(before.one, one))
    else found.push({ one, key })
  }
  return found.map(({ one }) => one)
}

/**
 * A moment has one sample, the first that came; each of a series of increases (delta) counts. Source: Prometheus, remote write:
 * duplicate samples.
 */
export function oneAtATime(series: StoredSeries): StoredSeries {
  if (series.delta) return series
  const { samples, histograms } = series
  const [isFirst, isFirstHistogram] = [samples, histograms].map(of => of && firstOfEach(of.timesMs))
  if (isFirst === undefined && isFirstHistogram === undefined) return series
  return {
    ...series,
    ...(isFirst && {
      samples: { timesMs: samples.timesMs.filter(isFirst), values: samples.values.filter(isFirst) },
    }),
    ...(histograms &&
      isFirstHistogram && {
        histograms: {
          timesMs: histograms.timesMs.filter(isFirstHistogram),
          values: histograms.values.filter(isFirstHistogram),
        },
      }),
  }
}

/** Which of times that rise are new; undefined where all are. Hot: once a sample. */
function firstOfEach(timesMs: Float64Array): ((_: unknown, i: number) => boolean) | undefined {
  let i = 1
  while (i < timesMs.length && timesMs[i] !== timesMs[i - 1]) i++
  return i >= timesMs.length ? undefined : (_, place) => place === 0 || timesMs[place] !== timesMs[place - 1]
}

function joined(one: StoredSeries, other: StoredSeries): StoredSeries {
  const both = (a: Float64Array, b: Float64Array) => Float64Array.from([...a, ...b])
  const histograms = [one, other].flatMap(({ histograms: own }) =>
    own === undefined ? [] : own.values.map((value, i) => ({ value, timeMs: own.timesMs[i] as number })),
  )
  histograms.sort((a, b) => a.timeMs - b.timeMs)
  return {
    ...one,
    samples: inTimeOrder({
      timesMs: both(one.samples.timesMs, other.samples.timesMs),
      values: both(one.samples.values, other.samples.values),
    }),
    staleMs: both(one.staleMs, other.staleMs).sort(),
    ...(histograms.length === 0
      ? {}
      : {
          histograms: {
            timesMs: Float64Array.from(histograms, ({ timeMs }) => timeMs),
            values: histograms.map(({ value }) => value),
          },
        }),
  }
}
