import type { Span } from '../../lib/traceql/index.ts'
import { timesSql, withinTimes } from './span-range.ts'
import { type SpanRow, spanColumns, toSpan } from './stored-span.ts'
import type { TraceReader } from './trace-reader.ts'

export const maxSpansOfTrace = 20_000

export interface StoredTrace {
  /** By start; at most as many as were asked for. */
  spans: Span[]
  /** All that the store has. */
  spanCount: number
}

/**
 * A trace's id as the store has it: 32 hexadecimal digits. Shorter ones, of tracers with ids of 64 bits, are filled up with
 * zeros. Undefined for what is no id.
 *
 * @example
 * traceIdOf('ABC') // => '00000000000000000000000000000abc'
 */
export function traceIdOf(text: string): string | undefined {
  return /^[0-9a-f]{1,32}$/i.test(text) ? text.toLowerCase().padStart(32, '0') : undefined
}

/** Between which moments the trace's spans started. */
const timesOfTrace = timesSql('TraceIdBytes = toFixedString(unhex({id:String}), 16)', '1')
const ofTrace = `Tenant = {tenant:String} AND TraceId = {id:String} AND ${withinTimes}`

/** The spans of a trace, with a warning where there are more than `limit`. No spans: there is no such trace. */
export async function traceById(reader: TraceReader, id: string, limit: number): Promise<StoredTrace> {
  // the engine reads a part twice to sort it, so that only a trace that is cut is sorted there
  const all = await spansOf(reader, id, limit + 1, '')
  if (all.length <= limit) return { spans: all.sort(byStart), spanCount: all.length }
  const spans = await spansOf(reader, id, limit, 'ORDER BY Timestamp, SpanId')
  const spanCount = await countSpans(reader, id)
  reader.warn(`the trace has ${spanCount} spans: the first ${spans.length} of them are here`)
  return { spans, spanCount }
}

async function spansOf(reader: TraceReader, id: string, limit: number, order: string): Promise<Span[]> {
  const rows = await reader.rows<SpanRow>(
    `WITH ${timesOfTrace} SELECT ${spanColumns} FROM otel_traces WHERE ${ofTrace} ${order} LIMIT {limit:UInt32}`,
    { id, limit },
  )
  return rows.map(toSpan)
}

function byStart(a: Span, b: Span): number {
  if (a.startNs !== b.startNs) return a.startNs < b.startNs ? -1 : 1
  return a.spanId < b.spanId ? -1 : Number(a.spanId > b.spanId)
}

async function countSpans(reader: TraceReader, id: string): Promise<number> {
  const sql = `WITH ${timesOfTrace} SELECT count() AS spans FROM otel_traces WHERE ${ofTrace}`
  const [row] = await reader.rows<{ spans: number }>(sql, { id })
  return row?.spans ?? 0
}
