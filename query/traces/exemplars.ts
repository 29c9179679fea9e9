import {
  type OverTime,
  type SeriesSteps,
  type Span,
  SpanGatherer,
  type Trace,
  type TraceQuery,
  type TraceSeries,
  toSeries,
} from '../../lib/traceql/index.ts'
import { selectionOf } from './candidates.ts'
import { type EvaluatedTrace, evaluatedTraces } from './evaluated-traces.ts'
import type { TimeRange, TraceReader } from './trace-reader.ts'

export const maxExemplars = 100
/** Spans are taken from so many parts of a range, so that they are not all of its end. */
const parts = 8n

/** A span that stands for others of its series and step. */
export interface SpanExemplar {
  span: Span
  /** What the span measures; of a count what the series has at its step. */
  value: number
}

/** Spans for the series that a query made, at most so many in all; none for series that are computed. */
export async function exemplarsOf(
  reader: TraceReader,
  { metrics, pipeline }: TraceQuery,
  steps: SeriesSteps,
  series: readonly TraceSeries[],
  limit: number,
): Promise<Map<TraceSeries, SpanExemplar[]>> {
  const found = new Map<TraceSeries, SpanExemplar[]>()
  if (metrics?.kind !== 'overTime' || limit === 0) return found
  const finder = new SeriesFinder(metrics, steps, series)
  const selection = selectionOf(pipeline)
  const ranges = selection.simple === undefined ? [rangeOf(steps)] : partsOf(rangeOf(steps))
  const most = Math.ceil(limit / ranges.length)
  for (const range of ranges) {
    let taken = 0
    for await (const { span, trace } of spansOf(evaluatedTraces(reader, pipeline, selection, range))) {
      const one = finder.find(span, trace)
      if (one === undefined) continue
      found.set(one.series, [...(found.get(one.series) ?? []), { span, value: one.value }])
      taken++
      if (taken === most) break
    }
  }
  return found
}

async function* spansOf(traces: AsyncIterable<EvaluatedTrace>): AsyncGenerator<{ span: Span; trace: Trace }> {
  for await (const { trace, sets } of traces)
    for (const { spans } of sets) for (const span of spans) yield { span, trace }
}

function rangeOf({ startNs, stepNs, count }: SeriesSteps): TimeRange {
  return { startNs, endNs: startNs + stepNs * BigInt(count) }
}

function partsOf({ startNs, endNs }: TimeRange): TimeRange[] {
  const edge = (i: bigint) => startNs + ((endNs - startNs) * i) / parts
  return Array.from({ length: Number(parts) }, (_, i) => ({
    startNs: edge(BigInt(i)),
    endNs: edge(BigInt(i) + 1n),
  }))
}

/** Finds the series that a span is counted in. */
class SeriesFinder {
  readonly #stage: OverTime
  readonly #steps: SeriesSteps
  readonly #byLabels: ReadonlyMap<string, TraceSeries>

  constructor(stage: OverTime, steps: SeriesSteps, series: readonly TraceSeries[]) {
    this.#stage = stage
    this.#steps = steps
    this.#byLabels = new Map(series.map(one => [keyOf(one), one]))
  }

  find(span: Span, trace: Trace): { series: TraceSeries; value: number } | undefined {
    const { startNs, stepNs } = this.#steps
    const step = Number((span.startNs - startNs) / stepNs)
    const measured = this.#alone({ ...this.#stage, name: 'avg_over_time' }, span, trace)[0]?.values[step]
    const own = this.#alone(this.#stage, span, trace).flatMap(one => this.#byLabels.get(keyOf(one)) ?? [])
    const at = ({ values }: TraceSeries) => values[step] as number
    const isMeasured = this.#stage.of !== undefined && measured !== undefined
    // of several quantiles it belongs to the first that it does not exceed
    const series = (isMeasured && own.find(one => at(one) >= measured)) || own.at(-1)
    if (series === undefined || Number.isNaN(at(series))) return undefined
    return { series, value: isMeasured ? measured : at(series) }
  }

  /** The series that there were if there was nothing but this span. */
  #alone(stage: OverTime, span: Span, trace: Trace): TraceSeries[] {
    const gatherer = new SpanGatherer(stage, this.#steps)
    gatherer.add(span, trace)
    return toSeries(stage, gatherer.finish(), this.#steps)
  }
}

function keyOf({ labels }: TraceSeries): string {
  return JSON.stringify(labels.map(([name, value]) => [name, value ?? null]))
}
