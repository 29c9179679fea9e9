import {
  type ExponentialPointReader,
  type HistogramPointReader,
  ownBoundsSchema,
} from '../../lib/otlp/index.ts'
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

/** Whose sample it is, and of when. */
export interface HistogramPlace {
  tenant: string
  day: number
  pointMs: number
  isStale: boolean
}

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
    CustomBounds: new ArrayColumn(new Float64Column()),
    IngestedOn: new UInt16Column('Date'),
  }

  get rows(): number {
    return this.columns.IngestedOn.rows
  }

  add(point: ExponentialPointReader, series: Series, place: HistogramPlace): void {
    const { columns } = this
    const shift = Math.max(0, point.scale - maxSchema)
    this.#head(series, point, place)
    columns.Schema.push(point.scale - shift)
    columns.ZeroThreshold.push(point.zeroThreshold > 0 ? point.zeroThreshold : defaultZeroThreshold)
    columns.ZeroCount.pushNumber(point.zeroCount)
    this.#buckets('Positive', bucketSpans(point.positive, shift))
    this.#buckets('Negative', bucketSpans(point.negative, shift))
    columns.CustomBounds.endRow()
  }

  /** With bounds of its own: the first bucket has index 0. */
  addWithBounds(
    { count, sum, counts, bounds }: HistogramPointReader,
    series: Series,
    place: HistogramPlace,
  ): void {
    const { columns } = this
    this.#head(series, { count, sum }, place)
    columns.Schema.push(ownBoundsSchema)
    columns.ZeroThreshold.push(0)
    columns.ZeroCount.pushNumber(0)
    this.#buckets('Positive', bucketSpans({ offset: -1, counts }, 0))
    this.#buckets('Negative', { offsets: [], lengths: [], counts: [] })
    for (const bound of bounds) columns.CustomBounds.elements.push(bound)
    columns.CustomBounds.endRow()
  }

  #head(series: Series, { count, sum }: { count: number; sum: number }, place: HistogramPlace): void {
    const { columns } = this
    columns.Tenant.pushText(place.tenant)
    columns.Fingerprint.push(series.fingerprintLow, series.fingerprintHigh)
    columns.Timestamp.pushNumber(place.pointMs)
    columns.IsStale.push(place.isStale ? 1 : 0)
    columns.Count.pushNumber(count)
    columns.Sum.push(sum)
    columns.IngestedOn.push(place.day)
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
