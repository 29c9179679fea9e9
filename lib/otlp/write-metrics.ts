import { type Nanos, writeTime } from './time.ts'
import { WireWriter, wireBytes, wireFixed64, wireVarint } from './wire.ts'
import { beginRequest, endRequest, type Origin } from './write-request.ts'
import { type OtlpAttributes, writeAttributes } from './write-value.ts'

export interface NumberPoint {
  attributes: OtlpAttributes
  value: number
}

export interface HistogramPoint {
  attributes: OtlpAttributes
  sum: number
  /** Observations per bucket, one more than there are bounds. */
  buckets: ArrayLike<number>
}

interface MetricHead {
  name: string
  description?: string
  /** UCUM: `By`, `s`, `1`. */
  unit: string
}

/** Gauges, cumulative sums and cumulative histograms: what Millrace measures itself. */
export type MetricInput =
  | (MetricHead & { kind: 'gauge'; points: readonly NumberPoint[] })
  | (MetricHead & { kind: 'sum'; monotonic: boolean; points: readonly NumberPoint[] })
  | (MetricHead & { kind: 'histogram'; bounds: readonly number[]; points: readonly HistogramPoint[] })

const cumulative = 2

/** An ExportMetricsServiceRequest of one resource; all points have the same two times. */
export function writeMetricsRequest(
  origin: Origin,
  metrics: Iterable<MetricInput>,
  times: { start: Nanos; now: Nanos },
): Buffer {
  const writer = new WireWriter(8192)
  const open = beginRequest(writer, origin)
  for (const metric of metrics) writeMetric(writer, metric, times)
  endRequest(writer, open)
  return writer.finish()
}

function writeMetric(writer: WireWriter, metric: MetricInput, times: { start: Nanos; now: Nanos }): void {
  const start = writer.begin(2)
  writer.string(1, metric.name)
  if (metric.description !== undefined) writer.string(2, metric.description)
  writer.string(3, metric.unit)
  const data = writer.begin(metric.kind === 'gauge' ? 5 : metric.kind === 'sum' ? 7 : 9)
  if (metric.kind === 'histogram')
    for (const point of metric.points) writeHistogramPoint(writer, point, metric.bounds, times)
  else for (const point of metric.points) writeNumberPoint(writer, point, times)
  if (metric.kind !== 'gauge') {
    writer.tag(2, wireVarint)
    writer.varint(cumulative)
  }
  if (metric.kind === 'sum' && metric.monotonic) {
    writer.tag(3, wireVarint)
    writer.varint(1)
  }
  writer.end(data)
  writer.end(start)
}

function writeNumberPoint(writer: WireWriter, point: NumberPoint, times: { start: Nanos; now: Nanos }): void {
  const start = writer.begin(1)
  writeTime(writer, 2, times.start.seconds, times.start.nanos)
  writeTime(writer, 3, times.now.seconds, times.now.nanos)
  if (Number.isSafeInteger(point.value)) {
    writer.tag(6, wireFixed64)
    writer.fixed64(BigInt(point.value))
  } else {
    writer.tag(4, wireFixed64)
    writer.double(point.value)
  }
  writeAttributes(writer, 7, point.attributes)
  writer.end(start)
}

function writeHistogramPoint(
  writer: WireWriter,
  point: HistogramPoint,
  bounds: readonly number[],
  times: { start: Nanos; now: Nanos },
): void {
  const start = writer.begin(1)
  writeTime(writer, 2, times.start.seconds, times.start.nanos)
  writeTime(writer, 3, times.now.seconds, times.now.nanos)
  let count = 0
  for (let i = 0; i < point.buckets.length; i++) count += point.buckets[i] as number
  writer.tag(4, wireFixed64)
  writer.fixed64(BigInt(count))
  writer.tag(5, wireFixed64)
  writer.double(point.sum)
  writer.tag(6, wireBytes)
  writer.varint(point.buckets.length * 8)
  for (let i = 0; i < point.buckets.length; i++) writer.fixed64(BigInt(point.buckets[i] as number))
  writer.tag(7, wireBytes)
  writer.varint(bounds.length * 8)
  for (const bound of bounds) writer.double(bound)
  writeAttributes(writer, 9, point.attributes)
  writer.end(start)
}
