import type { SpanKindName } from '../../lib/traceql/index.ts'
import { spanRange, spanRangeParams } from './span-range.ts'
import type { TimeRange, TraceReader } from './trace-reader.ts'

const maxNames = 10_000

export interface ServiceRow {
  service: string
  spans: number
  errors: number
}

/** Services with spans in a range. */
export async function servicesOf(reader: TraceReader, range: TimeRange): Promise<ServiceRow[]> {
  return await reader.rows<ServiceRow>(
    `SELECT ServiceName AS service, count() AS spans, countIf(StatusCode = 'Error') AS errors
    FROM otel_traces WHERE ${spanRange} AND ServiceName != '' GROUP BY ServiceName ORDER BY service LIMIT ${maxNames}`,
    spanRangeParams(range),
  )
}

export interface OperationRow {
  service: string
  name: string
  kind: SpanKindName
  spans: number
  errors: number
}

/** Names of spans, of one service or ('') of all, of one kind or ('') of any. */
export async function operationsOf(
  reader: TraceReader,
  range: TimeRange,
  service: string,
  kind = '',
): Promise<OperationRow[]> {
  return await reader.rows<OperationRow>(
    `SELECT ServiceName AS service, SpanName AS name, lower(SpanKind) AS kind, count() AS spans,
      countIf(StatusCode = 'Error') AS errors
    FROM otel_traces WHERE ${spanRange} AND ({service:String} = '' OR ServiceName = {service:String})
      AND ({kind:String} = '' OR lower(SpanKind) = {kind:String})
    GROUP BY service, name, kind ORDER BY service, name, kind LIMIT ${maxNames}`,
    { ...spanRangeParams(range), service, kind },
  )
}
