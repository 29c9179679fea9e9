import {
  compilePipeline,
  type Pipeline,
  type Span,
  type Spanset,
  Trace,
  type TraceFacts,
} from '../../lib/traceql/index.ts'
import { candidateIds, type Selection, selectionOf } from './candidates.ts'
import { spanRange, spanRangeParams } from './span-range.ts'
import { type SpanRow, spanColumns, toSpan } from './stored-span.ts'
import { ofTraces, summariesOf, type TraceSummary, timesOfTraces } from './summaries.ts'
import type { TimeRange, TraceReader } from './trace-reader.ts'

export interface TraceSearch {
  pipeline: Pipeline
  range: TimeRange
  limit: number
  /** Spans shown of each set. */
  spansPerSet: number
}

export interface FoundTrace {
  summary: TraceSummary
  /** The first spans of each set, and how many it has. */
  sets: { spans: readonly Span[]; matched: number; by: Spanset['by'] }[]
}

/** Traces of which SQL cannot tell whether they are meant are looked at in TypeScript, so many at most. */
export const maxCandidates = 2_000
const batchTraces = 40
export const maxSpansPerTrace = 5_000

/**
 * Traces that a pipeline takes, looking at spans that start within the range; names, times and counts are of the whole trace.
 * Chosen are those with the newest matching spans; they come the newest start first.
 */
export async function searchTraces(reader: TraceReader, search: TraceSearch): Promise<FoundTrace[]> {
  if (search.limit === 0) return []
  const selection = selectionOf(search.pipeline)
  const found = selection.isExact
    ? await simpleSearch(reader, search, selection)
    : await fullSearch(reader, search, selection)
  return found.toSorted((a, b) => (a.summary.startNs < b.summary.startNs ? 1 : -1))
}

/** One set of spans that SQL knows exactly: it finds the traces and the spans to show. */
async function simpleSearch(
  reader: TraceReader,
  { range, limit, spansPerSet }: TraceSearch,
  selection: Selection,
): Promise<FoundTrace[]> {
  const ids = await candidateIds(reader, selection, range, limit)
  const [summaries, matches] = [
    await summariesOf(reader, ids),
    await matchesOf(reader, selection, ids, range, spansPerSet),
  ]
  return ids.flatMap(id => {
    const summary = summaries.get(id)
    const match = matches.get(id)
    return summary === undefined || match === undefined ? [] : [{ summary, sets: [{ ...match, by: [] }] }]
  })
}

async function matchesOf(
  reader: TraceReader,
  selection: Selection,
  ids: readonly string[],
  range: TimeRange,
  spansPerSet: number,
): Promise<Map<string, { spans: Span[]; matched: number }>> {
  if (ids.length === 0) return new Map()
  const rows = await reader.rows<SpanRow & { matched: number }>(
    `WITH ${timesOfTraces} SELECT ${spanColumns}, count() OVER (PARTITION BY TraceId) AS matched
    FROM otel_traces WHERE ${ofTraces} AND ${spanRange} AND (${selection.spanSql})
    ORDER BY Timestamp, SpanId LIMIT {spansPerSet:UInt32} BY TraceId`,
    {
      ...selection.params,
      ...spanRangeParams(range),
      ids,
      spansPerSet: Math.max(1, spansPerSet),
    },
  )
  const byTrace = Map.groupBy(rows, ({ traceId }) => traceId)
  return new Map(
    [...byTrace].map(([id, some]) => [
      id,
      { spans: some.map(toSpan).slice(0, spansPerSet), matched: some[0]?.matched ?? 0 },
    ]),
  )
}

/** SQL finds traces that may be meant; what the query means for them is computed here. */
async function fullSearch(
  reader: TraceReader,
  { pipeline, range, limit, spansPerSet }: TraceSearch,
  selection: Selection,
): Promise<FoundTrace[]> {
  const found: FoundTrace[] = []
  for await (const { summary, sets } of evaluatedTraces(reader, pipeline, selection, range)) {
    if (sets.length === 0) continue
    found.push({
      summary,
      sets: sets.map(({ spans, by }) => ({
        spans: spans.slice(0, spansPerSet),
        matched: spans.length,
        by,
      })),
    })
    if (found.length === limit) break
  }
  return found
}

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
    for (const { summary, trace } of await loadTraces(reader, batch, range))
      yield { summary, trace, sets: evaluate(trace) }
  }
  if (ids.length > maxCandidates)
    reader.warn(
      `the newest ${maxCandidates} traces that may match were looked at: take a shorter range or add a condition`,
    )
}

async function loadTraces(reader: TraceReader, ids: readonly string[], range: TimeRange) {
  const summaries = await summariesOf(reader, ids)
  const rows = await reader.rows<SpanRow>(
    `WITH ${timesOfTraces} SELECT ${spanColumns} FROM otel_traces WHERE ${ofTraces} AND ${spanRange}
    ORDER BY Timestamp, SpanId LIMIT {perTrace:UInt32} BY TraceId`,
    { ...spanRangeParams(range), ids, perTrace: maxSpansPerTrace },
  )
  const byTrace = Map.groupBy(rows, ({ traceId }) => traceId)
  return ids.flatMap(id => {
    const summary = summaries.get(id)
    const some = byTrace.get(id)
    if (summary === undefined || some === undefined) return []
    if (some.length === maxSpansPerTrace && summary.spanCount > maxSpansPerTrace)
      reader.warn(`trace ${id} has ${summary.spanCount} spans: ${maxSpansPerTrace} of them were looked at`)
    return [{ summary, trace: new Trace(some.map(toSpan), factsOf(summary)) }]
  })
}

export function factsOf({ rootName, rootService, durationNs }: TraceSummary): TraceFacts {
  return { rootName, rootService, durationNs }
}
