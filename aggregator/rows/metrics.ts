import {
  decodeAttributes,
  ExponentialPointReader,
  HistogramPointReader,
  ItemReader,
  MetricReader,
  metricKinds,
  NumberPointReader,
  noRecordedValue,
  type Ranges,
  SummaryPointReader,
  TimeSplitter,
  temporalities,
} from '../../lib/otlp/index.ts'
import { type ClassicBuckets, explicitBuckets, exponentialBuckets } from '../metrics/buckets.ts'
import { metricName } from '../metrics/names.ts'
import { makeSeries, type Series, type SeriesFamily, seriesLabels } from '../metrics/series.ts'
import type { SeriesCache } from '../metrics/series-cache.ts'
import { Float64Column, UInt16Column, UInt32Column, UInt64Column } from '../native/fixed.ts'
import { LowCardinalityColumn } from '../native/low-cardinality.ts'
import type { RecordPosition } from './position.ts'
import { type ResourceFacts, readResourceFacts } from './resource.ts'

/** What all points of a metric share, and the bytes that tell it from others. */
interface OpenMetric {
  name: string
  family: SeriesFamily
  key: string
}

interface Point {
  timeLow: number
  timeHigh: number
  flags: number
  attributes: Ranges
}

/**
 * Rows of `metric_samples`, and the series they belong to. Histograms and summaries become Prometheus' classic series:
 * `_bucket` with `le`, `_sum`, `_count`, `quantile`. Delta values are kept as they are; the series says so.
 * Left out: exemplars, and points flagged as having no value.
 */
export class MetricRows {
  readonly columns = {
    Tenant: new LowCardinalityColumn(),
    Fingerprint: new UInt64Column(),
    Timestamp: new UInt64Column('DateTime64(3)'),
    Value: new Float64Column(),
    IngestedOn: new UInt16Column('Date'),
  }
  /** The series met, in order of first appearance, and of which series each sample is. */
  readonly series: Series[] = []
  readonly seriesOfSample = new UInt32Column()
  readonly #placeOfSeries = new Map<Series, number>()
  readonly #all = [...Object.values(this.columns), this.seriesOfSample]
  readonly #tenant: string
  readonly #cache: SeriesCache<Series[]>
  readonly #items = new ItemReader()
  readonly #metric = new MetricReader()
  readonly #time = new TimeSplitter()
  readonly #number = new NumberPointReader()
  readonly #histogram = new HistogramPointReader()
  readonly #exponential = new ExponentialPointReader()
  readonly #summary = new SummaryPointReader()
  #day = 0
  #fallbackMs = 0

  constructor(tenant: string, cache: SeriesCache<Series[]>) {
    this.#tenant = tenant
    this.#cache = cache
    this.clear()
  }

  get rows(): number {
    return this.seriesOfSample.rows
  }
  clear(): void {
    for (const column of this.#all) column.clear()
    this.series.length = 0
    this.#placeOfSeries.clear()
    this.columns.Tenant.dictionary.internText(this.#tenant)
  }
  mark(): void {
    for (const column of this.#all) column.mark()
  }
  /** Series of a record that was rolled back stay: they have no samples here, and so no row. */
  rollback(): void {
    for (const column of this.#all) column.rollback()
  }

  /** Adds the samples of one ExportMetricsServiceRequest. Throws a WireError where it is invalid: then roll back. */
  add(request: Buffer, position: RecordPosition): void {
    const items = this.#items
    items.reset(request)
    this.#day = position.day
    this.#fallbackMs = position.timestampMs
    let resourceNumber = 0
    let facts: ResourceFacts | undefined
    let resourceKey = ''
    while (items.next()) {
      if (items.resourceNumber !== resourceNumber || facts === undefined) {
        facts = readResourceFacts(request, items.resourceAttributes)
        resourceKey = `${facts.service}\n${facts.host}\n${facts.instance}\n`
        resourceNumber = items.resourceNumber
      }
      this.#metric.read(request, items.itemStart, items.itemEnd)
      this.#points(request, this.#open(request, facts, resourceKey))
    }
  }

  #open(request: Buffer, facts: ResourceFacts, resourceKey: string): OpenMetric {
    const metric = this.#metric
    const unit = metric.unit.text(request)
    const name = metric.name.text(request)
    const type = typeOf(metric)
    const temporality = temporalityOf(metric)
    const description = metric.description.text(request)
    const { service, host, instance } = facts
    return {
      name: metricName(name, unit, type),
      family: { type, unit, description, temporality, service, host, instance },
      key: `${resourceKey}${name}\n${unit}\n${type}\n${temporality}\n${description}\n`,
    }
  }

  #points(request: Buffer, open: OpenMetric): void {
    const { points, kind } = this.#metric
    for (let i = 0; i < points.count; i++) {
      const start = points.starts[i] as number
      const end = points.ends[i] as number
      if (kind === metricKinds.histogram) this.#histogramPoint(request, open, start, end)
      else if (kind === metricKinds.exponential) this.#exponentialPoint(request, open, start, end)
      else if (kind === metricKinds.summary) this.#summaryPoint(request, open, start, end)
      else this.#numberPoint(request, open, start, end)
    }
  }

  #numberPoint(request: Buffer, open: OpenMetric, start: number, end: number): void {
    const point = this.#number
    point.read(request, start, end)
    if ((point.flags & noRecordedValue) !== 0) return
    const [series] = this.#seriesOf(request, open, point, '', labels => [
      makeSeries(open.name, open.family, labels),
    ])
    this.#sample(series, point, point.value)
  }

  #histogramPoint(request: Buffer, open: OpenMetric, start: number, end: number): void {
    const point = this.#histogram
    point.read(request, start, end)
    if ((point.flags & noRecordedValue) !== 0) return
    this.#buckets(request, open, point, explicitBuckets(point))
  }

  #exponentialPoint(request: Buffer, open: OpenMetric, start: number, end: number): void {
    const point = this.#exponential
    point.read(request, start, end)
    if ((point.flags & noRecordedValue) !== 0) return
    this.#buckets(request, open, point, exponentialBuckets(point))
  }

  #buckets(
    request: Buffer,
    open: OpenMetric,
    point: Point & { count: number; sum: number },
    buckets: ClassicBuckets,
  ): void {
    const { bounds, cumulative } = buckets
    const all = this.#seriesOf(request, open, point, bounds.join(), labels => [
      makeSeries(`${open.name}_sum`, open.family, labels),
      makeSeries(`${open.name}_count`, open.family, labels),
      makeSeries(`${open.name}_bucket`, open.family, labels, ['le', '+Inf']),
      ...bounds.map(bound => makeSeries(`${open.name}_bucket`, open.family, labels, ['le', String(bound)])),
    ])
    // a histogram of values that may be negative has no sum
    if (!Number.isNaN(point.sum)) this.#sample(all[0], point, point.sum)
    this.#sample(all[1], point, point.count)
    this.#sample(all[2], point, point.count)
    for (let i = 0; i < bounds.length; i++) this.#sample(all[i + 3], point, cumulative[i] as number)
  }

  #summaryPoint(request: Buffer, open: OpenMetric, start: number, end: number): void {
    const point = this.#summary
    point.read(request, start, end)
    if ((point.flags & noRecordedValue) !== 0) return
    const names = point.quantiles.map(({ quantile }) => String(quantile))
    const all = this.#seriesOf(request, open, point, names.join(), labels => [
      makeSeries(`${open.name}_sum`, open.family, labels),
      makeSeries(`${open.name}_count`, open.family, labels),
      ...names.map(quantile => makeSeries(open.name, open.family, labels, ['quantile', quantile])),
    ])
    this.#sample(all[0], point, point.sum)
    this.#sample(all[1], point, point.count)
    for (const [i, { value }] of point.quantiles.entries()) this.#sample(all[i + 2], point, value)
  }

  /** The series of a point: looked up by the point's bytes, since working them out costs a hash each. Hot. */
  #seriesOf(
    request: Buffer,
    open: OpenMetric,
    point: Point,
    variant: string,
    make: (labels: Map<string, string>) => Series[],
  ): Series[] {
    let key = `${open.key}${variant}\n`
    const { attributes } = point
    for (let i = 0; i < attributes.count; i++)
      key += request.toString('latin1', attributes.starts[i], attributes.ends[i])
    return this.#cache.get(key, () => make(seriesLabels(open.family, decodeAttributes(request, attributes))))
  }

  #sample(series: Series | undefined, point: Point, value: number): void {
    if (series === undefined) return
    const { columns } = this
    columns.Tenant.pushPlace(0)
    columns.Fingerprint.push(series.fingerprintLow, series.fingerprintHigh)
    columns.Timestamp.pushNumber(this.#milliseconds(point))
    columns.Value.push(value)
    columns.IngestedOn.push(this.#day)
    this.seriesOfSample.push(this.#place(series))
  }

  #milliseconds(point: Point): number {
    if (point.timeHigh === 0) return this.#fallbackMs
    this.#time.split(point.timeLow, point.timeHigh)
    return this.#time.seconds * 1000 + Math.floor(this.#time.nanos / 1e6)
  }

  #place(series: Series): number {
    const known = this.#placeOfSeries.get(series)
    if (known !== undefined) return known
    this.#placeOfSeries.set(series, this.series.length)
    return this.series.push(series) - 1
  }
}

function typeOf(metric: MetricReader): string {
  if (metric.kind === metricKinds.histogram || metric.kind === metricKinds.exponential) return 'histogram'
  if (metric.kind === metricKinds.summary) return 'summary'
  return metric.kind === metricKinds.sum && metric.isMonotonic ? 'counter' : 'gauge'
}

function temporalityOf(metric: MetricReader): string {
  if (metric.kind === metricKinds.gauge || metric.kind === metricKinds.summary) return ''
  if (metric.temporality === temporalities.delta) return 'delta'
  return metric.temporality === temporalities.cumulative ? 'cumulative' : ''
}
