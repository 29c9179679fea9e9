import {
  compile,
  type Field,
  formatField,
  type Pipeline,
  type Span,
  type Spanset,
  shownFields,
  Trace,
} from '../../lib/traceql/index.ts'
import { candidateIds, type Selection, selectionOf, type TraceOrder } from './candidates.ts'
import { evaluatedTraces } from './evaluated-traces.ts'
import { spanRange, spanRangeParams } from './span-range.ts'
import { type SpanRow, spanColumns, toSpan } from './stored-span.ts'
import { factsOf, idChunks, ofTraces, summariesOf, type TraceSummary, timesOfTraces } from './summaries.ts'
import type { TimeRange, TraceReader } from './trace-reader.ts'

export interface TraceSearch {
  pipeline: Pipeline
  range: TimeRange
  limit: number
  /** Spans shown of each set. */
  spansPerSet: number
  order?: TraceOrder | undefined
}

export interface FoundSpan {
  span: Span
  /** What the query asks for, by its names; what is not there is left out. */
  fields: [name: string, value: string][]
}

export interface FoundTrace {
  summary: TraceSummary
  /** The first spans of each set, and how many it has. */
  sets: { spans: FoundSpan[]; matched: number; by: Spanset['by'] }[]
}

/** Of all traces together. */
const maxShownSpans = 20_000
const maxHeldTraces = 5_000

/**
 * Traces that a pipeline takes, looking at spans that start within the range; names, times and counts are of the whole trace.
 * Chosen are those with the newest matching spans, which come the newest start first; or those with the longest, the longest trace first.
 */
export async function searchTraces(reader: TraceReader, search: TraceSearch): Promise<FoundTrace[]> {
  if (search.limit === 0) return []
  const selection = selectionOf(search.pipeline)
  const isSimple = selection.isExact && !shownFields(search.pipeline).some(needsTrace)
  const found = isSimple
    ? await simpleSearch(reader, search, selection)
    : await fullSearch(reader, search, selection)
  if (search.order === 'slowest')
    return found.toSorted((a, b) => lengthOf(b) - lengthOf(a)).slice(0, search.limit)
  return found.toSorted((a, b) => (a.summary.startNs < b.summary.startNs ? 1 : -1))
}

/** One set of spans that SQL knows exactly: it finds the traces and the spans to show. */
async function simpleSearch(
  reader: TraceReader,
  { pipeline, range, limit, spansPerSet, order }: TraceSearch,
  selection: Selection,
): Promise<FoundTrace[]> {
  const show = shownOf(pipeline)
  const ids = await candidateIds(reader, selection, range, limit, order)
  const summaries = await summariesOf(reader, ids)
  const matches = await matchesOf(reader, selection, ids, range, spansPerSet)
  return ids.flatMap(id => {
    const summary = summaries.get(id)
    const match = matches.get(id)
    if (summary === undefined || match === undefined) return []
    const trace = new Trace(match.spans, factsOf(summary))
    return [{ summary, sets: [{ spans: show(trace, match.spans), matched: match.matched, by: [] }] }]
  })
}

async function matchesOf(
  reader: TraceReader,
  selection: Selection,
  ids: readonly string[],
  range: TimeRange,
  spansPerSet: number,
): Promise<Map<string, { spans: Span[]; matched: number }>> {
  const found = new Map<string, { spans: Span[]; matched: number }>()
  const shown = Math.min(spansPerSet, Math.floor(maxShownSpans / Math.max(1, ids.length)))
  for (const some of idChunks(ids))
    for (const match of await matchesOfChunk(reader, selection, some, range, shown))
      found.set(match.traceId, match)
  return found
}

async function matchesOfChunk(
  reader: TraceReader,
  selection: Selection,
  ids: string[],
  range: TimeRange,
  spansPerSet: number,
): Promise<{ traceId: string; spans: Span[]; matched: number }[]> {
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
  return [...Map.groupBy(rows, ({ traceId }) => traceId)].map(([traceId, some]) => ({
    traceId,
    spans: some.map(toSpan).slice(0, spansPerSet),
    matched: some[0]?.matched ?? 0,
  }))
}

/** SQL finds traces that may be meant; what the query means for them is computed here. */
async function fullSearch(
  reader: TraceReader,
  { pipeline, range, limit, spansPerSet, order }: TraceSearch,
  selection: Selection,
): Promise<FoundTrace[]> {
  const show = shownOf(pipeline)
  // the longest is known when all have been looked at
  const most = order === 'slowest' ? maxHeldTraces : limit
  const found: FoundTrace[] = []
  for await (const { summary, trace, sets } of evaluatedTraces(reader, pipeline, selection, range)) {
    if (sets.length === 0) continue
    found.push({
      summary,
      sets: sets.map(({ spans, by }) => ({
        spans: show(trace, spans.slice(0, spansPerSet)),
        matched: spans.length,
        by,
      })),
    })
    if (found.length === most) break
  }
  return found
}

function lengthOf({ summary }: FoundTrace): number {
  return summary.durationNs
}

/** Fields that only the spans around a span tell. */
function needsTrace(field: Field): boolean {
  if (field.kind === 'attribute') return field.ofParent
  return field.name === 'childCount' || field.name.startsWith('nestedSet')
}

function shownOf(pipeline: Pipeline) {
  const fields = shownFields(pipeline).map(field => [formatField(field), compile(field)] as const)
  return (trace: Trace, spans: readonly Span[]): FoundSpan[] =>
    spans.map(span => ({
      span,
      fields: fields.flatMap(([name, evaluate]): [string, string][] => {
        const value = evaluate(span, trace)
        return value === undefined ? [] : [[name, String(value)]]
      }),
    }))
}
