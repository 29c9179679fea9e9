import { type Nanos, nanosOfMs, type PointMetric } from '../../../lib/otlp/index.ts'
import type { StatsdMetric } from './line.ts'

interface Series {
  metric: StatsdMetric
  /** Counter: the sum since the start. Gauge: the present value. Timing: the sum. */
  value: number
  count: number
  buckets: number[]
  members: Set<string>
  isFresh: boolean
}

/** Members of one set in one interval. */
const maxMembers = 10_000

/**
 * What statsd clients told, summed up: counters and timers as cumulative sums and histograms since the start, gauges as
 * they are, sets as how many members an interval had.
 */
export class Gathered {
  readonly #series = new Map<string, Series>()
  readonly #bounds: readonly number[]
  readonly #maxSeries: number
  readonly #startMs: number
  /** Metrics that had no place among the series. */
  dropped = 0

  constructor(bounds: readonly number[], maxSeries: number, startMs: number) {
    this.#bounds = bounds
    this.#maxSeries = maxSeries
    this.#startMs = startMs
  }

  add(metric: StatsdMetric): void {
    const series = this.#seriesOf(metric)
    if (series === undefined) {
      this.dropped++
      return
    }
    series.isFresh = true
    for (const text of metric.values) this.#addValue(series, text, metric)
  }

  /** What is to be sent on now; a set begins anew. */
  collect(nowMs: number): PointMetric[] {
    const start = nanosOfMs(this.#startMs)
    const time = nanosOfMs(nowMs)
    const byName = Map.groupBy(
      this.#series.values(),
      ({ metric: { name, type, unit } }) => `${type} ${unit} ${name}`,
    )
    const metrics = [...byName.values()].map(group => this.#metricOf(group, { start, time }))
    for (const series of this.#series.values()) {
      series.members.clear()
      series.isFresh = false
    }
    return metrics.filter(({ points }) => points.length > 0)
  }

  #seriesOf(metric: StatsdMetric): Series | undefined {
    const tags = Object.entries(metric.tags).sort(([a], [b]) => (a < b ? -1 : 1))
    const key = JSON.stringify([metric.type, metric.unit, metric.name, tags])
    const known = this.#series.get(key)
    if (known !== undefined || this.#series.size >= this.#maxSeries) return known
    const buckets = metric.type === 'timing' ? new Array<number>(this.#bounds.length + 1).fill(0) : []
    const series = { metric, value: 0, count: 0, buckets, members: new Set<string>(), isFresh: true }
    this.#series.set(key, series)
    return series
  }

  #addValue(series: Series, text: string, { type, rate }: StatsdMetric): void {
    const value = Number(text)
    if (type === 'counter') series.value += value / rate
    else if (type === 'gauge') series.value = /^[+-]/.test(text) ? series.value + value : value
    else if (type === 'set') {
      if (series.members.size < maxMembers) series.members.add(text)
    } else {
      const weight = 1 / rate
      const at = this.#bounds.findIndex(bound => value <= bound)
      const bucket = at < 0 ? this.#bounds.length : at
      series.buckets[bucket] = (series.buckets[bucket] ?? 0) + weight
      series.value += value * weight
      series.count += weight
    }
  }

  #metricOf(group: Series[], { start, time }: { start: Nanos; time: Nanos }): PointMetric {
    const [first] = group
    const { name, type, unit } = first?.metric ?? { name: '', type: 'gauge', unit: '' }
    const head = { name, unit, description: '' }
    const attributesOf = (series: Series) => ({ attributes: series.metric.tags, start, time })
    if (type === 'timing') {
      const points = group.map(series => ({
        ...attributesOf(series),
        count: series.count,
        sum: series.value,
        bounds: this.#bounds,
        buckets: series.buckets,
      }))
      return { ...head, kind: 'histogram', temporality: 'cumulative', points }
    }
    if (type === 'counter') {
      const points = group.map(series => ({ ...attributesOf(series), value: series.value }))
      return { ...head, kind: 'sum', monotonic: true, temporality: 'cumulative', points }
    }
    const now = type === 'set' ? group.filter(({ isFresh }) => isFresh) : group
    const points = now.map(series => ({
      attributes: series.metric.tags,
      time,
      value: type === 'set' ? series.members.size : series.value,
    }))
    return { ...head, kind: 'gauge', points }
  }
}
