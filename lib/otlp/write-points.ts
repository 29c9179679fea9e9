import { ownBoundsSchema, schemaMetadata } from './own-buckets.ts'
import type { Nanos } from './time.ts'
import { writeTime } from './time.ts'
import { type WireWriter, wireBytes, wireFixed64, wireVarint } from './wire.ts'
import { writeId } from './write-logs.ts'
import { type OtlpAttributes, writeAttributes } from './write-value.ts'

/** A single observation kept beside a point. */
export interface Exemplar {
  value: number
  time: Nanos
  /** 32 and 16 hexadecimal digits; '' where there is none. */
  traceId: string
  spanId: string
  attributes: OtlpAttributes
}

interface PointHead {
  attributes: OtlpAttributes
  time: Nanos
  start?: Nanos | undefined
  exemplars?: readonly Exemplar[]
  /** The series has ended: a point without a value. */
  isStale?: boolean
}

export type NumberPointInput = PointHead & { value: number }
export type HistogramPointInput = PointHead & {
  count: number
  sum: number
  bounds: readonly number[]
  /** Per bucket, one more than there are bounds. */
  buckets: readonly number[]
}
export type ExponentialPointInput = PointHead & {
  count: number
  sum: number
  scale: number
  zeroCount: number
  zeroThreshold: number
  positive: { offset: number; counts: readonly number[] }
  negative: { offset: number; counts: readonly number[] }
}
export type SummaryPointInput = PointHead & {
  count: number
  sum: number
  quantiles: readonly { quantile: number; value: number }[]
}

/** A metric whose points have times of their own, as scraped or received from elsewhere. */
export type PointMetric = { name: string; description: string; unit: string } & (
  | { kind: 'gauge'; points: readonly NumberPointInput[] }
  | { kind: 'sum'; monotonic: boolean; temporality: Temporality; points: readonly NumberPointInput[] }
  | {
      kind: 'histogram'
      temporality: Temporality
      points: readonly HistogramPointInput[]
      /** Whole, as native histograms with bounds of their own. */
      isNative?: boolean
    }
  | { kind: 'exponential'; temporality: Temporality; points: readonly ExponentialPointInput[] }
  | { kind: 'summary'; points: readonly SummaryPointInput[] }
)

export type Temporality = 'delta' | 'cumulative'

const fieldOfKind = { gauge: 5, sum: 7, histogram: 9, exponential: 10, summary: 11 } as const
const noRecordedValueFlag = 1

/** Writes one Metric into a request opened with `beginRequest`. */
export function writePointMetric(writer: WireWriter, metric: PointMetric): void {
  const start = writer.begin(2)
  writer.string(1, metric.name)
  if (metric.description !== '') writer.string(2, metric.description)
  if (metric.unit !== '') writer.string(3, metric.unit)
  const data = writer.begin(fieldOfKind[metric.kind])
  writePoints(writer, metric)
  if ('temporality' in metric) {
    writer.tag(2, wireVarint)
    writer.varint(metric.temporality === 'delta' ? 1 : 2)
  }
  if (metric.kind === 'sum' && metric.monotonic) {
    writer.tag(3, wireVarint)
    writer.varint(1)
  }
  writer.end(data)
  if (metric.kind === 'histogram' && metric.isNative === true)
    writeAttributes(writer, 12, { [schemaMetadata]: String(ownBoundsSchema) })
  writer.end(start)
}

function writePoints(writer: WireWriter, metric: PointMetric): void {
  switch (metric.kind) {
    case 'gauge':
    case 'sum':
      for (const point of metric.points) writeNumber(writer, point)
      return
    case 'histogram':
      for (const point of metric.points) writeHistogram(writer, point)
      return
    case 'exponential':
      for (const point of metric.points) writeExponential(writer, point)
      return
    case 'summary':
      for (const point of metric.points) writeSummary(writer, point)
  }
}

function writeNumber(writer: WireWriter, point: NumberPointInput): void {
  const start = writer.begin(1)
  writeTimes(writer, point)
  if (point.isStale !== true) double(writer, 4, point.value)
  for (const exemplar of point.exemplars ?? []) writeExemplar(writer, 5, exemplar)
  writeAttributes(writer, 7, point.attributes)
  writeFlags(writer, 8, point)
  writer.end(start)
}

function writeHistogram(writer: WireWriter, point: HistogramPointInput): void {
  const start = writer.begin(1)
  writeTimes(writer, point)
  count(writer, 4, point.count)
  double(writer, 5, point.sum)
  writer.tag(6, wireBytes)
  writer.varint(point.buckets.length * 8)
  for (const bucket of point.buckets) writer.fixed64(BigInt(Math.round(bucket)))
  writer.tag(7, wireBytes)
  writer.varint(point.bounds.length * 8)
  for (const bound of point.bounds) writer.double(bound)
  for (const exemplar of point.exemplars ?? []) writeExemplar(writer, 8, exemplar)
  writeAttributes(writer, 9, point.attributes)
  writeFlags(writer, 10, point)
  writer.end(start)
}

function writeExponential(writer: WireWriter, point: ExponentialPointInput): void {
  const start = writer.begin(1)
  writeAttributes(writer, 1, point.attributes)
  writeTimes(writer, point)
  count(writer, 4, point.count)
  double(writer, 5, point.sum)
  writer.tag(6, wireVarint)
  writer.varint(zigzag(point.scale))
  count(writer, 7, point.zeroCount)
  writeBuckets(writer, 8, point.positive)
  writeBuckets(writer, 9, point.negative)
  writeFlags(writer, 10, point)
  for (const exemplar of point.exemplars ?? []) writeExemplar(writer, 11, exemplar)
  double(writer, 14, point.zeroThreshold)
  writer.end(start)
}

function writeBuckets(
  writer: WireWriter,
  field: number,
  { offset, counts }: ExponentialPointInput['positive'],
): void {
  if (counts.length === 0) return
  const start = writer.begin(field)
  writer.tag(1, wireVarint)
  writer.varint(zigzag(offset))
  const packed = writer.begin(2)
  for (const value of counts) writer.varint(Math.round(value))
  writer.end(packed)
  writer.end(start)
}

function writeSummary(writer: WireWriter, point: SummaryPointInput): void {
  const start = writer.begin(1)
  writeTimes(writer, point)
  count(writer, 4, point.count)
  double(writer, 5, point.sum)
  for (const { quantile, value } of point.quantiles) {
    const at = writer.begin(6)
    double(writer, 1, quantile)
    double(writer, 2, value)
    writer.end(at)
  }
  writeAttributes(writer, 7, point.attributes)
  writeFlags(writer, 8, point)
  writer.end(start)
}

function writeExemplar(writer: WireWriter, field: number, exemplar: Exemplar): void {
  const start = writer.begin(field)
  writeTime(writer, 2, exemplar.time.seconds, exemplar.time.nanos)
  double(writer, 3, exemplar.value)
  writeId(writer, 4, exemplar.spanId)
  writeId(writer, 5, exemplar.traceId)
  writeAttributes(writer, 7, exemplar.attributes)
  writer.end(start)
}

/** All points but the exponential histogram's agree on 2 and 3, and that one on 2 and 3 as well, behind its attributes. */
function writeTimes(writer: WireWriter, { start, time }: PointHead): void {
  if (start !== undefined) writeTime(writer, 2, start.seconds, start.nanos)
  writeTime(writer, 3, time.seconds, time.nanos)
}

function writeFlags(writer: WireWriter, field: number, { isStale }: PointHead): void {
  if (isStale !== true) return
  writer.tag(field, wireVarint)
  writer.varint(noRecordedValueFlag)
}

function double(writer: WireWriter, field: number, value: number): void {
  writer.tag(field, wireFixed64)
  writer.double(value)
}

function count(writer: WireWriter, field: number, value: number): void {
  writer.tag(field, wireFixed64)
  writer.fixed64(BigInt(Math.round(value)))
}

function zigzag(value: number): number {
  return value >= 0 ? value * 2 : -value * 2 - 1
}
