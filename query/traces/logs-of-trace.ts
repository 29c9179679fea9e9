import { parseLogQuery } from '../../lib/logql/index.ts'
import { type LogPage, searchLogs } from '../logs.ts'
import type { StoreReader } from '../store-reader.ts'
import type { TimeRange } from './trace-reader.ts'

/** Lines are written a little before a span starts and after it ends, by clocks that differ a little. */
const marginNs = 60_000_000_000n

/** The lines of a trace, and of one of its spans where that is named, oldest first. */
export async function logsOfTrace(
  reader: StoreReader,
  asked: { tenant: string; traceId: string; spanId: string; limit: number } & TimeRange,
  signal: AbortSignal,
): Promise<LogPage> {
  const { tenant, traceId, spanId, limit, startNs, endNs } = asked
  // ids are hexadecimal digits: the callers see to that
  const span = spanId === '' ? '' : `, span_id="${spanId}"`
  const query = parseLogQuery(`{trace_id="${traceId}"${span}}`)
  const from = startNs > marginNs ? startNs - marginNs : 0n
  return await searchLogs(
    reader,
    { query, tenant, startNs: from, endNs: endNs + marginNs, limit, direction: 'forward', after: undefined },
    signal,
  )
}
