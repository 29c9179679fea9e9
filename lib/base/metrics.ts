/** Label values of one series. Keys and their number stay few: every combination is kept for the life of the process. */
export type Labels = Readonly<Record<string, string>>
export type MetricKind = 'counter' | 'gauge' | 'histogram'

export interface MetricSeries {
  labels: Labels
  /** Counter and gauge: the value. Histogram: the sum. */
  value: number
  /** Histogram only: observations per bucket, one more than there are bounds. */
  buckets?: Float64Array
}

export interface Metric {
  name: string
  kind: MetricKind
  /** UCUM unit, as OpenTelemetry wants it: `By`, `ms`, `s`, `{record}`, `1`. */
  unit: string
  description: string
  bounds: readonly number[]
  series: Iterable<MetricSeries>
}

export interface Counter {
  add(amount: number): void
  readonly value: number
}
export interface Histogram {
  record(value: number): void
}

/** Upper bounds that suit request times in milliseconds, 0.1 ms to 10 s. */
export const latencyBoundsMs = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000]

const maxSeriesPerMetric = 2_000

class CounterSeries implements Counter, MetricSeries {
  value = 0
  readonly labels: Labels
  constructor(labels: Labels) {
    this.labels = labels
  }
  add(amount: number): void {
    this.value += amount
  }
}

class HistogramSeries implements Histogram, MetricSeries {
  value = 0
  readonly labels: Labels
  readonly buckets: Float64Array
  readonly #bounds: readonly number[]
  constructor(labels: Labels, bounds: readonly number[]) {
    this.labels = labels
    this.#bounds = bounds
    this.buckets = new Float64Array(bounds.length + 1)
  }
  record(value: number): void {
    let i = 0
    while (i < this.#bounds.length && value > (this.#bounds[i] as number)) i++
    this.buckets[i] = (this.buckets[i] as number) + 1
    this.value += value
  }
}

interface Definition extends Metric {
  byKey: Map<string, MetricSeries>
  observe: (() => Iterable<{ labels?: Labels; value: number }>) | undefined
}

type Observe = () => number | Iterable<{ labels?: Labels; value: number }>

interface Description {
  unit?: string
  description: string
  bounds?: readonly number[]
}

/**
 * A process's own figures: plain numbers that hot paths add to, read out by whoever exports them (OTLP, Prometheus).
 * Handles are taken once, outside of loops.
 *
 * @example
 * const metrics = new Metrics()
 * const bytes = metrics.counter('millrace.broker.bytes_in', { unit: 'By', description: 'bytes received' }, { api: 'Produce' })
 * bytes.add(512)
 * bytes.value // => 512
 */
export class Metrics {
  readonly #definitions = new Map<string, Definition>()

  counter(name: string, description: Description, labels: Labels = {}): Counter {
    return this.#series(name, 'counter', description, labels, () => new CounterSeries(labels))
  }

  histogram(name: string, description: Description, labels: Labels = {}): Histogram {
    const bounds = description.bounds ?? latencyBoundsMs
    return this.#series(name, 'histogram', description, labels, () => new HistogramSeries(labels, bounds))
  }

  /** A value asked for at export time; `observe` must be cheap. Give one point without labels, or one per label set. */
  gauge(name: string, description: Description, observe: Observe): void {
    this.#observed(name, 'gauge', description, observe)
  }

  /** As `gauge`, for a total that only grows and is counted elsewhere. */
  observedCounter(name: string, description: Description, observe: Observe): void {
    this.#observed(name, 'counter', description, observe)
  }

  #observed(name: string, kind: MetricKind, description: Description, observe: Observe): void {
    const definition = this.#definition(name, kind, description)
    definition.observe = () => {
      const observed = observe()
      return typeof observed === 'number' ? [{ value: observed }] : observed
    }
  }

  /** Everything as it stands now. */
  *collect(): Iterable<Metric> {
    for (const d of this.#definitions.values()) {
      if (d.observe === undefined) yield d
      else yield { ...d, series: [...d.observe()].map(p => ({ labels: p.labels ?? {}, value: p.value })) }
    }
  }

  #series<S extends MetricSeries>(
    name: string,
    kind: MetricKind,
    description: Description,
    labels: Labels,
    make: () => S,
  ): S {
    const definition = this.#definition(name, kind, description)
    const key = JSON.stringify(labels)
    const known = definition.byKey.get(key) as S | undefined
    if (known !== undefined) return known
    const series = make()
    // past the bound a series still counts for its caller, but is not exported: memory stays bounded
    if (definition.byKey.size < maxSeriesPerMetric) definition.byKey.set(key, series)
    return series
  }

  #definition(name: string, kind: MetricKind, description: Description): Definition {
    const known = this.#definitions.get(name)
    if (known !== undefined) return known
    const byKey = new Map<string, MetricSeries>()
    const made: Definition = {
      name,
      kind,
      unit: description.unit ?? '1',
      description: description.description,
      bounds: description.bounds ?? (kind === 'histogram' ? latencyBoundsMs : []),
      byKey,
      observe: undefined,
      get series() {
        return byKey.values()
      },
    }
    this.#definitions.set(name, made)
    return made
  }
}
