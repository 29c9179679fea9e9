import { encodeSnappyBlock } from '../../../lib/kafka/index.ts'
import { WireWriter, wireFixed64, wireVarint } from '../../../lib/otlp/index.ts'

/** A series as it is written remotely; its samples rise in time. */
export interface WrittenSeries {
  labels: Record<string, string>
  samples?: [timeMs: number, value: WrittenValue][]
  histograms?: WrittenHistogram[]
  exemplars?: { labels: Record<string, string>; value: number; timeMs: number }[]
}

/** A number, or that the series ended. */
export type WrittenValue = number | 'stale'

/** Of integers: buckets without gaps from `offset` on, by their upper bounds. */
export interface WrittenHistogram {
  timeMs: number
  schema: number
  sum: number
  zeroCount: number
  zeroThreshold: number
  positive: Buckets
  negative: Buckets
  /** Of schema -53: where buckets end. */
  bounds?: readonly number[]
}

interface Buckets {
  offset: number
  counts: number[]
}

export interface MetricMetadata {
  name: string
  type: 'counter' | 'gauge' | 'histogram'
  help: string
  unit: string
}

const typeNumbers = { counter: 1, gauge: 2, histogram: 3 }
/** Prometheus' staleness marker by its bits, which no number carries safely. */
const staleBits = 0x7ff0000000000002n

/** A snappy block of a WriteRequest. Source: prometheus/prometheus, prompb/remote.proto and prompb/types.proto. */
export function writeRequest(
  series: readonly WrittenSeries[],
  metadata: readonly MetricMetadata[] = [],
): Buffer {
  const writer = new WireWriter()
  for (const one of series) message(writer, 1, () => writeSeries(writer, one))
  for (const one of metadata)
    message(writer, 3, () => {
      varint(writer, 1, typeNumbers[one.type])
      writer.string(2, one.name)
      writer.string(4, one.help)
      writer.string(5, one.unit)
    })
  return Buffer.from(encodeSnappyBlock(writer.finish()))
}

function writeSeries(writer: WireWriter, { labels, samples, histograms, exemplars }: WrittenSeries): void {
  writeLabels(writer, labels)
  for (const [timeMs, value] of samples ?? []) message(writer, 2, () => writeSample(writer, value, timeMs))
  for (const one of exemplars ?? [])
    message(writer, 3, () => {
      writeLabels(writer, one.labels)
      writeSample(writer, one.value, one.timeMs, [2, 3])
    })
  for (const one of histograms ?? []) message(writer, 4, () => writeHistogram(writer, one))
}

function writeLabels(writer: WireWriter, labels: Record<string, string>): void {
  for (const [name, value] of Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))
    message(writer, 1, () => {
      writer.string(1, name)
      writer.string(2, value)
    })
}

function writeSample(writer: WireWriter, value: WrittenValue, timeMs: number, [v, t] = [1, 2]): void {
  double(writer, v as number, value)
  varint(writer, t as number, timeMs)
}

function writeHistogram(writer: WireWriter, one: WrittenHistogram): void {
  const count = [...one.positive.counts, ...one.negative.counts].reduce((a, b) => a + b, one.zeroCount)
  varint(writer, 1, count)
  double(writer, 3, one.sum)
  varint(writer, 4, zigzag(one.schema))
  double(writer, 5, one.zeroThreshold)
  varint(writer, 6, one.zeroCount)
  writeBuckets(writer, one.negative, [8, 9])
  writeBuckets(writer, one.positive, [11, 12])
  varint(writer, 15, one.timeMs)
  if (one.bounds !== undefined)
    message(writer, 16, () => {
      for (const bound of one.bounds ?? []) writer.double(bound)
    })
}

function writeBuckets(writer: WireWriter, { offset, counts }: Buckets, fields: [number, number]): void {
  if (counts.length === 0) return
  message(writer, fields[0], () => {
    varint(writer, 1, zigzag(offset))
    varint(writer, 2, counts.length)
  })
  const deltas = counts.map((count, i) => count - (counts[i - 1] ?? 0))
  message(writer, fields[1], () => {
    for (const delta of deltas) writer.varint(zigzag(delta))
  })
}

function message(writer: WireWriter, field: number, write: () => void): void {
  const start = writer.begin(field)
  write()
  writer.end(start)
}

function varint(writer: WireWriter, field: number, value: number): void {
  writer.tag(field, wireVarint)
  writer.varint(value)
}

function double(writer: WireWriter, field: number, value: WrittenValue): void {
  writer.tag(field, wireFixed64)
  if (value === 'stale') writer.fixed64(staleBits)
  else writer.double(value)
}

function zigzag(value: number): number {
  return value < 0 ? -value * 2 - 1 : value * 2
}
