import { ItemReader } from './read-items.ts'
import { MetricReader, metricKinds } from './read-metrics.ts'
import {
  HistogramPointReader,
  NumberPointReader,
  noRecordedValue,
  SummaryPointReader,
} from './read-points.ts'
import { WireReader, WireWriter, wireBytes } from './wire.ts'

/** What is left of a request, and what was the matter with the rest of it. */
export interface SoundRequest {
  bytes: Buffer
  rejected: number
  /** Of the first; undefined where all is well. */
  problem: string | undefined
}

/** Fields on the way from a request down to a metric: resourceMetrics, scopeMetrics, metrics. */
const wayToMetrics = [1, 2, 2] as const
const pointField = 1

/**
 * Takes points out of a checked export request of metrics that say nothing or what cannot be: a value that is missing,
 * bounds and counts of a histogram that do not fit, a quantile beyond 1, a metric without a name. A metric of no kind
 * has no points, and is told of too.
 * Source: opentelemetry-proto, metrics.proto.
 *
 * @example
 * soundPoints(Buffer.alloc(0)) // => { bytes: Buffer.alloc(0), rejected: 0, problem: undefined }
 */
export function soundPoints(request: Buffer): SoundRequest {
  const judge = new Judge(request)
  const items = new ItemReader()
  items.reset(request)
  while (items.next()) judge.metric(items.itemStart, items.itemEnd)
  const { rejected, problem } = judge
  if (rejected === 0) return { bytes: request, rejected, problem }
  const writer = new WireWriter(request.length)
  new Copy(request, writer, judge.unsound).message(0, 0, request.length)
  return { bytes: writer.finish(), rejected, problem }
}

class Judge {
  rejected = 0
  problem: string | undefined
  /** Where points begin that are to be left out. */
  readonly unsound = new Set<number>()
  readonly #bytes: Buffer
  readonly #metric = new MetricReader()
  readonly #number = new NumberPointReader()
  readonly #histogram = new HistogramPointReader()
  readonly #summary = new SummaryPointReader()

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  metric(start: number, end: number): void {
    const metric = this.#metric
    metric.read(this.#bytes, start, end)
    const { points, kind } = metric
    if (kind === metricKinds.none) this.#note('has no data of any kind')
    for (let i = 0; i < points.count; i++) {
      const problem = this.#problemOf(kind, points.starts[i] as number, points.ends[i] as number)
      if (problem === undefined) continue
      this.#note(problem)
      this.rejected++
      this.unsound.add(points.starts[i] as number)
    }
  }

  #problemOf(kind: number, start: number, end: number): string | undefined {
    if (this.#metric.name.end === this.#metric.name.start) return 'has no name'
    if (kind === metricKinds.histogram) return this.#ofHistogram(start, end)
    if (kind === metricKinds.summary) return this.#ofSummary(start, end)
    return kind === metricKinds.exponential ? undefined : this.#ofNumber(start, end)
  }

  #ofNumber(start: number, end: number): string | undefined {
    const point = this.#number
    point.read(this.#bytes, start, end)
    const isSaid = point.hasValue || (point.flags & noRecordedValue) !== 0
    return isSaid ? undefined : 'has a point without a value'
  }

  #ofHistogram(start: number, end: number): string | undefined {
    const point = this.#histogram
    point.read(this.#bytes, start, end)
    const { counts, bounds } = point
    const isFitting = counts.length === bounds.length + 1 || (counts.length === 0 && bounds.length === 0)
    if (!isFitting)
      return `has ${counts.length} counts for ${bounds.length} bounds, expected ${bounds.length + 1}`
    const isRising = bounds.every(
      (bound, i) => !Number.isNaN(bound) && (i === 0 || bound > (bounds[i - 1] as number)),
    )
    return isRising ? undefined : 'has bounds that do not rise'
  }

  #ofSummary(start: number, end: number): string | undefined {
    const point = this.#summary
    point.read(this.#bytes, start, end)
    const wrong = point.quantiles.find(({ quantile }) => !(quantile >= 0 && quantile <= 1))
    return wrong === undefined ? undefined : `has the quantile ${wrong.quantile}, expected 0 to 1`
  }

  #note(problem: string): void {
    const { start, end } = this.#metric.name
    this.problem ??= `metric ${JSON.stringify(this.#bytes.toString('utf8', start, end))} ${problem}`
  }
}

/** Writes a request anew without some of its points. */
class Copy {
  readonly #bytes: Buffer
  readonly #writer: WireWriter
  readonly #left: ReadonlySet<number>

  constructor(bytes: Buffer, writer: WireWriter, left: ReadonlySet<number>) {
    this.#bytes = bytes
    this.#writer = writer
    this.#left = left
  }

  /** `depth` 3 is a metric, 4 what it has of its kind. */
  message(depth: number, start: number, end: number): void {
    const reader = new WireReader(this.#bytes, start, end)
    for (let from = start; reader.next(); from = reader.position) {
      const isParent = reader.wireType === wireBytes && isWay(depth, reader.field)
      const at = isParent ? reader.content() : from
      if (!isParent) {
        reader.skip()
        this.#range(from, reader.position)
      } else if (depth <= wayToMetrics.length) this.#nested(reader.field, depth, at, reader.position)
      else if (!this.#left.has(at)) this.#range(from, reader.position)
    }
  }

  #nested(field: number, depth: number, start: number, end: number): void {
    const begun = this.#writer.begin(field)
    this.message(depth + 1, start, end)
    this.#writer.end(begun)
  }

  #range(start: number, end: number): void {
    const writer = this.#writer
    writer.ensure(end - start)
    writer.position += this.#bytes.copy(writer.bytes, writer.position, start, end)
  }
}

/** Whether a field leads on to points, or is one. */
function isWay(depth: number, field: number): boolean {
  if (depth < wayToMetrics.length) return field === wayToMetrics[depth]
  if (depth > wayToMetrics.length) return field === pointField
  return field !== metricKinds.none && Object.values<number>(metricKinds).includes(field)
}
