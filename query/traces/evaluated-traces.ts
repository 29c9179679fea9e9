import { compilePipeline, type Pipeline, type Spanset, Trace } from '../../lib/traceql/index.ts'
import { candidateIds, type Selection } from './candidates.ts'
import { spanRange, spanRangeParams } from './span-range.ts'
import { type SpanRow, spanColumns, toSpan } from './stored-span.ts'
import { factsOf, ofTraces, summariesOf, type TraceSummary, timesOfTraces } from './summaries.ts'
import type { TimeRange, TraceReader } from './trace-reader.ts'

/** Traces of which SQL cannot tell whether they are meant are looked at here, so many at most. */
export const maxCandidates = 2_000
export const maxSpansPerTrace = 5_000
const batchTraces = 100
/** In memory at once. */
const batchSpans = 20_000

export interface EvaluatedTrace {
  summary: TraceSummary
  trace: Trace
  sets: Spanset[]
}

/** Candidates of a pipeline with what it takes of them, a batch in memory at a time. Warns where not all were looked at. */
export async function* evaluatedTraces(
  reader: TraceReader,
  pipeline: Pipeline,
  selection: Selection,
  range: TimeRange,
): AsyncGenerator<EvaluatedTrace> {
  const evaluate = compilePipeline(pipeline)
  const ids = await candidateIds(reader, selection, range, maxCandidates + 1)
  for (let at = 0; at < Math.min(ids.length, maxCandidates); at += batchTraces) {
    if (reader.isLate) {
      reader.warn(`time was over after ${at} of ${ids.length} traces: take a shorter range`)
      return
    }
    const batch = ids.slice(at, Math.min(at + batchTraces, maxCandidates))
    for await (const { summary, trace } of loadTraces(reader, batch, range))
      yield { summary, trace, sets: evaluate(trace) }
  }
  if (ids.length > maxCandidates)
    reader.warn(
      `the newest ${maxCandidates} traces that may match were looked at: take a shorter range or add a condition`,
    )
}

/** Traces with their spans of the range, some of them in memory at a time. */
async function* loadTraces(
  reader: TraceReader,
  ids: readonly string[],
  range: TimeRange,
): AsyncGenerator<{ summary: TraceSummary; trace: Trace }> {
  const summaries = await summariesOf(reader, ids)
  for (const batch of batchesOf(ids, summaries)) {
    const rows = await reader.rows<SpanRow>(
      `WITH ${timesOfTraces} SELECT ${spanColumns} FROM otel_traces WHERE ${ofTraces} AND ${spanRange}
      ORDER BY Timestamp, SpanId LIMIT {perTrace:UInt32} BY TraceId`,
      { ...spanRangeParams(range), ids: batch.map(({ traceId }) => traceId), perTrace: maxSpansPerTrace },
    )
    const byTrace = Map.groupBy(rows, ({ traceId }) => traceId)
    for (const summary of batch) {
      const { traceId, spanCount } = summary
      const some = byTrace.get(traceId) ?? []
      if (some.length === maxSpansPerTrace && spanCount > maxSpansPerTrace)
        reader.warn(`trace ${traceId} has ${spanCount} spans: ${maxSpansPerTrace} of them were looked at`)
      yield { summary, trace: new Trace(some.map(toSpan), factsOf(summary)) }
    }
  }
}

/** As many traces together as have not too many spans. */
function batchesOf(ids: readonly string[], summaries: ReadonlyMap<string, TraceSummary>): TraceSummary[][] {
  const batches: TraceSummary[][] = []
  let room = 0
  for (const id of ids) {
    const summary = summaries.get(id)
    if (summary === undefined) continue
    const spans = Math.min(summary.spanCount, maxSpansPerTrace)
    if (spans > room) {
      batches.push([])
      room = batchSpans
    }
    batches.at(-1)?.push(summary)
    room -= spans
  }
  return batches
}
