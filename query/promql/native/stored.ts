import { toNumber } from '../number.ts'
import { type Buckets, customSchema, type NativeHistogram } from './histogram.ts'

type Spans = readonly [offsets: number[], lengths: number[], counts: number[]]

/** A row of metric_histograms as JSON. */
export type HistogramPoint = readonly [
  timeMs: number,
  isStale: number,
  schema: number,
  zeroThreshold: number,
  zeroCount: number,
  count: number,
  sum: number | string,
  positive: Spans,
  negative: Spans,
  bounds: number[],
]

/** The SQL of a HistogramPoint. */
export const histogramPoint = `(toUnixTimestamp64Milli(Timestamp), IsStale, Schema, ZeroThreshold, ZeroCount, Count, Sum,
        (PositiveOffsets, PositiveLengths, PositiveCounts), (NegativeOffsets, NegativeLengths, NegativeCounts), CustomBounds)`

export function isStalePoint([, isStale]: HistogramPoint): boolean {
  return Number(isStale) === 1
}

export function toHistogram(point: HistogramPoint): NativeHistogram {
  const [, , schema, zeroThreshold, zeroCount, count, sum, positive, negative, bounds] = point
  return {
    schema: Number(schema),
    zeroThreshold: Number(zeroThreshold),
    zeroCount: Number(zeroCount),
    count: Number(count),
    sum: toNumber(sum),
    positive: toBuckets(positive),
    negative: toBuckets(negative),
    ...(Number(schema) === customSchema ? { bounds: bounds.map(Number) } : {}),
  }
}

function toBuckets([offsets, lengths, counts]: Spans): Buckets {
  const buckets = new Map<number, number>()
  let index = 0
  let next = 0
  for (const [span, offset] of offsets.entries()) {
    index += Number(offset)
    for (let i = 0; i < Number(lengths[span]); i++) buckets.set(index++, Number(counts[next++]))
  }
  return buckets
}
