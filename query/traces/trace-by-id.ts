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
  const rows = await reader.rows<SpanRow>(
    `WITH ${timesOfTrace} SELECT ${spanColumns} FROM otel_traces WHERE ${ofTrace} ORDER BY Timestamp, SpanId LIMIT {limit:UInt32}`,
    { id, limit },
  )
  const spanCount = rows.length < limit ? rows.length : await countSpans(reader, id)
  if (spanCount > rows.length)
    reader.warn(`the trace has ${spanCount} spans: the first ${rows.length} of them are here`)
  return { spans: rows.map(toSpan), spanCount }
}

async function countSpans(reader: TraceReader, id: string): Promise<number> {
  const sql = `WITH ${timesOfTrace} SELECT count() AS spans FROM otel_traces WHERE ${ofTrace}`
  const [row] = await reader.rows<{ spans: number }>(sql, { id })
  return row?.spans ?? 0
}
