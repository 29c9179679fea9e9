import {
  decodeAttributes,
  ExponentialPointReader,
  HistogramPointReader,
  ItemReader,
  MetricReader,
  metricKinds,
  NumberPointReader,
  type Ranges,
  SummaryPointReader,
  staleMarker,
  TimeSplitter,
} from '../../lib/otlp/index.ts'
import { boundText, cumulativeCounts } from '../metrics/buckets.ts'
import type { SeriesContext } from '../metrics/context.ts'
import type { ContextCache } from '../metrics/context-cache.ts'
import { minSchema } from '../metrics/native-histogram.ts'
import { type OpenMetric, openMetric } from '../metrics/open.ts'
import { makeSeries, type Series, seriesLabels } from '../metrics/series.ts'
import type { SeriesCache } from '../metrics/series-cache.ts'
import { Float64Column, UInt16Column, UInt32Column, UInt64Column } from '../native/fixed.ts'
import { LowCardinalityColumn } from '../native/low-cardinality.ts'
import { ExemplarRows } from './metric-exemplars.ts'
import { type HistogramPlace, HistogramRows } from './metric-histograms.ts'
import { isStale, type Point } from './metric-point.ts'
import type { RecordPosition } from './position.ts'

/**
 * Rows of `metric_samples`, `metric_histograms` and `metric_exemplars`, and the series they belong to. Histograms with
 * explicit bounds and summaries become Prometheus' classic series: `_bucket` with `le`, `_sum`, `_count`, `quantile`;
 * exponential ones, and those whose metadata say so, stay whole, as native histograms. Delta values are kept as they are; the
 * series says so. A point without a value that says so ends its series with Prometheus' staleness marker.
 */
export class MetricRows {
  readonly columns = {
    Tenant: new LowCardinalityColumn(),
    Fingerprint: new UInt64Column(),
    Timestamp: new UInt64Column('DateTime64(3)'),
    Value: new Float64Column(),
    IngestedOn: new UInt16Column('Date'),
  }
  readonly histograms = new HistogramRows()
  readonly exemplars = new ExemplarRows()
  /** The series met, in order of first appearance, and of which series each sample is. */
  readonly series: Series[] = []
  readonly seriesOfSample = new UInt32Column()
  readonly seriesOfHistogram = new UInt32Column()
  readonly #placeOfSeries = new Map<Series, number>()
  readonly #all = [
    ...Object.values(this.columns),
    ...Object.values(this.histograms.columns),
    ...Object.values(this.exemplars.columns),
    this.seriesOfSample,
    this.seriesOfHistogram,
  ]
  readonly #tenant: string
  readonly #cache: SeriesCache<Series[]>
  readonly #contexts: ContextCache
  readonly #items = new ItemReader()
  readonly #metric = new MetricReader()
  readonly #time = new TimeSplitter()
  readonly #number = new NumberPointReader()
  readonly #histogram = new HistogramPointReader()
  readonly #exponential = new ExponentialPointReader()
  readonly #summary = new SummaryPointReader()
  #day = 0
  #fallbackMs = 0
  /** The newest point of the resource under way that has a value. */
  #newestMs = 0

  constructor(
    tenant: string,
    { series, contexts }: { series: SeriesCache<Series[]>; contexts: ContextCache },
  ) {
    this.#tenant = tenant
    this.#cache = series
    this.#contexts = contexts
    this.clear()
  }

  get rows(): number {
    return this.seriesOfSample.rows + this.seriesOfHistogram.rows
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
    let [resourceNumber, scopeNumber] = [0, 0]
    let context = this.#contexts.none
    this.#newestMs = 0
    while (items.next()) {
      if (items.resourceNumber !== resourceNumber) {
        this.#target(context)
        resourceNumber = items.resourceNumber
        scopeNumber = 0
      }
      if (items.scopeNumber !== scopeNumber) context = this.#contexts.of(items)
      scopeNumber = items.scopeNumber
      this.#metric.read(request, items.itemStart, items.itemEnd)
      this.#points(request, openMetric(this.#metric, request, context))
    }
    this.#target(context)
  }

  #points(request: Buffer, open: OpenMetric): void {
    const { points, kind } = this.#metric
    for (let i = 0; i < points.count; i++) {
      const [start, end] = [points.starts[i] as number, points.ends[i] as number]
      if (kind === metricKinds.histogram) this.#histogramPoint(request, open, start, end)
      else if (kind === metricKinds.exponential) this.#exponentialPoint(request, open, start, end)
      else if (kind === metricKinds.summary) this.#summaryPoint(request, open, start, end)
      else this.#numberPoint(request, open, start, end)
    }
  }

  #numberPoint(request: Buffer, open: OpenMetric, start: number, end: number): void {
    const point = this.#number
    point.read(request, start, end)
    const stale = isStale(point) || point.isStaleMarker
    if (!stale && !point.hasValue) return
    const [series] = this.#seriesOf(request, open, point, '', labels => [
      makeSeries(open.name, open.family, labels),
    ])
    if (series === undefined) return
    this.#sample(series, point, point.value, stale)
    this.#exemplars(request, point, point.exemplars, () => series)
  }

  #histogramPoint(request: Buffer, open: OpenMetric, start: number, end: number): void {
    const point = this.#histogram
    point.read(request, start, end)
    if (this.#metric.isNative)
      this.#native(request, open, point, (...of) => this.histograms.addWithBounds(point, ...of))
    else this.#classicHistogram(request, open, point)
  }

  #classicHistogram(request: Buffer, open: OpenMetric, point: HistogramPointReader): void {
    const { bounds } = point
    const stale = isStale(point)
    const all = this.#seriesOf(request, open, point, bounds.join(), labels => [
      makeSeries(`${open.name}_sum`, open.family, labels),
      makeSeries(`${open.name}_count`, open.family, labels),
      makeSeries(`${open.name}_bucket`, open.family, labels, ['le', '+Inf']),
      ...bounds.map(bound =>
        makeSeries(`${open.name}_bucket`, open.family, labels, ['le', boundText(bound)]),
      ),
    ])
    // a histogram of values that may be negative has no sum
    if (stale || !Number.isNaN(point.sum)) this.#sample(all[0], point, point.sum, stale)
    this.#sample(all[1], point, point.count, stale)
    this.#sample(all[2], point, point.count, stale)
    const cumulative = cumulativeCounts(point)
    for (let i = 0; i < bounds.length; i++) this.#sample(all[i + 3], point, cumulative[i] as number, stale)
    this.#exemplars(request, point, point.exemplars, value => {
      const i = bounds.findIndex(bound => value <= bound)
      return all[i < 0 ? 2 : i + 3]
    })
  }

  #exponentialPoint(request: Buffer, open: OpenMetric, start: number, end: number): void {
    const point = this.#exponential
    point.read(request, start, end)
    // coarser than any native histogram: each bucket spans a factor of 2^32 and more
    if (point.scale < minSchema) return
    this.#native(request, open, point, (...of) => this.histograms.add(point, ...of))
  }

  #native(
    request: Buffer,
    open: OpenMetric,
    point: Point & { exemplars: Ranges },
    add: (series: Series, place: HistogramPlace) => void,
  ): void {
    const [series] = this.#seriesOf(request, open, point, 'native', labels => [
      makeSeries(open.name, open.family, labels),
    ])
    if (series === undefined) return
    const place = {
      tenant: this.#tenant,
      day: this.#day,
      pointMs: this.#milliseconds(point),
      isStale: isStale(point),
    }
    add(series, place)
    this.seriesOfHistogram.push(this.#place(series))
    if (!place.isStale) this.#newestMs = Math.max(this.#newestMs, place.pointMs)
    this.#exemplars(request, point, point.exemplars, () => series)
  }

  #summaryPoint(request: Buffer, open: OpenMetric, start: number, end: number): void {
    const point = this.#summary
    point.read(request, start, end)
    const stale = isStale(point)
    const names = point.quantiles.map(({ quantile }) => boundText(quantile))
    const all = this.#seriesOf(request, open, point, names.join(), labels => [
      makeSeries(`${open.name}_sum`, open.family, labels),
      makeSeries(`${open.name}_count`, open.family, labels),
      ...names.map(quantile => makeSeries(open.name, open.family, labels, ['quantile', quantile])),
    ])
    this.#sample(all[0], point, point.sum, stale)
    this.#sample(all[1], point, point.count, stale)
    for (const [i, { value }] of point.quantiles.entries()) this.#sample(all[i + 2], point, value, stale)
  }

  /** One sample of target_info for each resource of a request, at its newest point. */
  #target(context: SeriesContext): void {
    const { key, target } = context
    if (target === undefined || this.#newestMs === 0) return
    const family = { type: 'gauge', unit: '', description: 'Target metadata', temporality: '', context }
    const [series] = this.#cache.get(`${key}\ntarget_info`, () => [makeSeries('target_info', family, target)])
    if (series !== undefined) this.#push(series, this.#newestMs, 1, false)
    this.#newestMs = 0
  }

  #exemplars(
    request: Buffer,
    point: Point,
    exemplars: Ranges,
    seriesOf: (value: number) => Series | undefined,
  ): void {
    if (exemplars.count === 0) return
    const shared = {
      tenant: this.#tenant,
      day: this.#day,
      pointMs: this.#milliseconds(point),
      milliseconds: (low: number, high: number) => this.#split(low, high),
    }
    this.exemplars.add(request, exemplars, shared, seriesOf)
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

  #sample(series: Series | undefined, point: Point, value: number, isStaleSample: boolean): void {
    if (series === undefined) return
    const ms = this.#milliseconds(point)
    if (!isStaleSample) this.#newestMs = Math.max(this.#newestMs, ms)
    this.#push(series, ms, value, isStaleSample)
  }

  #push(series: Series, ms: number, value: number, isStaleSample: boolean): void {
    const { columns } = this
    columns.Tenant.pushPlace(0)
    columns.Fingerprint.push(series.fingerprintLow, series.fingerprintHigh)
    columns.Timestamp.pushNumber(ms)
    if (isStaleSample) columns.Value.pushBits(staleMarker.low, staleMarker.high)
    else columns.Value.push(value)
    columns.IngestedOn.push(this.#day)
    this.seriesOfSample.push(this.#place(series))
  }

  #milliseconds(point: Point): number {
    return point.timeHigh === 0 ? this.#fallbackMs : this.#split(point.timeLow, point.timeHigh)
  }

  #split(low: number, high: number): number {
    this.#time.split(low, high)
    return this.#time.seconds * 1000 + Math.floor(this.#time.nanos / 1e6)
  }

  #place(series: Series): number {
    const known = this.#placeOfSeries.get(series)
    if (known !== undefined) return known
    this.#placeOfSeries.set(series, this.series.length)
    return this.series.push(series) - 1
  }
}
