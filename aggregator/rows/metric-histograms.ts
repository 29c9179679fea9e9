import type { ExponentialPointReader } from '../../lib/otlp/index.ts'
import {
  type BucketSpans,
  bucketSpans,
  defaultZeroThreshold,
  maxSchema,
} from '../metrics/native-histogram.ts'
import type { Series } from '../metrics/series.ts'
import { ArrayColumn } from '../native/array.ts'
import {
  Float64Column,
  Int8Column,
  Int32Column,
  UInt8Column,
  UInt16Column,
  UInt32Column,
  UInt64Column,
} from '../native/fixed.ts'
import { LowCardinalityColumn } from '../native/low-cardinality.ts'

/** Rows of `metric_histograms`: one sample of a native histogram each, whole. */
export class HistogramRows {
  readonly columns = {
    Tenant: new LowCardinalityColumn(),
    Fingerprint: new UInt64Column(),
    Timestamp: new UInt64Column('DateTime64(3)'),
    IsStale: new UInt8Column(),
    Schema: new Int8Column(),
    ZeroThreshold: new Float64Column(),
    ZeroCount: new UInt64Column(),
    Count: new UInt64Column(),
    Sum: new Float64Column(),
    PositiveOffsets: new ArrayColumn(new Int32Column()),
    PositiveLengths: new ArrayColumn(new UInt32Column()),
    PositiveCounts: new ArrayColumn(new UInt64Column()),
    NegativeOffsets: new ArrayColumn(new Int32Column()),
    NegativeLengths: new ArrayColumn(new UInt32Column()),
    NegativeCounts: new ArrayColumn(new UInt64Column()),
    IngestedOn: new UInt16Column('Date'),
  }

  get rows(): number {
    return this.columns.IngestedOn.rows
  }

  add(
    series: Series,
    point: ExponentialPointReader,
    shared: { tenant: string; day: number; pointMs: number; isStale: boolean },
  ): void {
    const { columns } = this
    const shift = Math.max(0, point.scale - maxSchema)
    columns.Tenant.pushText(shared.tenant)
    columns.Fingerprint.push(series.fingerprintLow, series.fingerprintHigh)
    columns.Timestamp.pushNumber(shared.pointMs)
    columns.IsStale.push(shared.isStale ? 1 : 0)
    columns.Schema.push(point.scale - shift)
    columns.ZeroThreshold.push(point.zeroThreshold > 0 ? point.zeroThreshold : defaultZeroThreshold)
    columns.ZeroCount.pushNumber(point.zeroCount)
    columns.Count.pushNumber(point.count)
    columns.Sum.push(point.sum)
    this.#buckets('Positive', bucketSpans(point.positive, shift))
    this.#buckets('Negative', bucketSpans(point.negative, shift))
    columns.IngestedOn.push(shared.day)
  }

  #buckets(side: 'Positive' | 'Negative', spans: BucketSpans): void {
    const { columns } = this
    const offsets = columns[`${side}Offsets`]
    const lengths = columns[`${side}Lengths`]
    const counts = columns[`${side}Counts`]
    for (const offset of spans.offsets) offsets.elements.push(offset)
    for (const length of spans.lengths) lengths.elements.push(length)
    for (const count of spans.counts) counts.elements.pushNumber(count)
    offsets.endRow()
    lengths.endRow()
    counts.endRow()
  }
}
