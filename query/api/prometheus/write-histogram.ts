import { type WireWriter, wireFixed64, wireVarint } from '../../../lib/otlp/index.ts'
import type { Buckets, NativeHistogram } from '../../promql/native/histogram.ts'

/** Field 4 of a TimeSeries, of whole counts as they are stored. Source: prometheus/prometheus, prompb/types.proto, Histogram. */
export function writeHistogram(writer: WireWriter, timeMs: number, histogram: NativeHistogram): void {
  const message = writer.begin(4)
  varint(writer, 1, BigInt(histogram.count))
  double(writer, 3, histogram.sum)
  varint(writer, 4, zigzag(BigInt(histogram.schema)))
  double(writer, 5, histogram.zeroThreshold)
  varint(writer, 6, BigInt(histogram.zeroCount))
  writeBuckets(writer, [8, 9], histogram.negative)
  writeBuckets(writer, [11, 12], histogram.positive)
  varint(writer, 15, BigInt(timeMs))
  if (histogram.bounds !== undefined) packed(writer, 16, histogram.bounds, bound => writer.double(bound))
  writer.end(message)
}

/** Runs of buckets that follow one another, and how much more each has than the one before. */
function writeBuckets(writer: WireWriter, [spanField, deltaField]: [number, number], buckets: Buckets): void {
  const sorted = [...buckets].sort(([a], [b]) => a - b)
  let end = 0
  for (const { first, length } of runsOf(sorted.map(([index]) => index))) {
    const span = writer.begin(spanField)
    varint(writer, 1, zigzag(BigInt(first - end)))
    varint(writer, 2, BigInt(length))
    writer.end(span)
    end = first + length
  }
  const deltas = sorted.map(([, count], i) => BigInt(count) - BigInt(sorted[i - 1]?.[1] ?? 0))
  packed(writer, deltaField, deltas, delta => writer.varint64(zigzag(delta)))
}

function runsOf(indexes: readonly number[]): { first: number; length: number }[] {
  const runs: { first: number; length: number }[] = []
  for (const index of indexes) {
    const last = runs.at(-1)
    if (last !== undefined && last.first + last.length === index) last.length++
    else runs.push({ first: index, length: 1 })
  }
  return runs
}

function packed<T>(writer: WireWriter, field: number, values: readonly T[], write: (value: T) => void): void {
  if (values.length === 0) return
  const message = writer.begin(field)
  for (const value of values) write(value)
  writer.end(message)
}

function varint(writer: WireWriter, field: number, value: bigint): void {
  writer.tag(field, wireVarint)
  writer.varint64(value)
}

function double(writer: WireWriter, field: number, value: number): void {
  writer.tag(field, wireFixed64)
  writer.double(value)
}

function zigzag(value: bigint): bigint {
  return value < 0n ? -value * 2n - 1n : value * 2n
}
