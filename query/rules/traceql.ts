import { OperatingError } from '../../lib/base/index.ts'
import { metricsNames, parseTraceQl, type TraceSeries } from '../../lib/traceql/index.ts'
import { type Column, emptyColumn, put, type Value, vectorOf } from '../promql/column.ts'
import type { StoreReader } from '../store-reader.ts'
import { traceSeries } from '../traces/metrics.ts'
import { TraceReader } from '../traces/trace-reader.ts'
import type { RuleQuestion } from './question.ts'

/** How far back an expression looks at spans that does not say it by `with (window=15m)`. */
const usualWindowNs = 300_000_000_000n

/** Spans in braces whose pipeline makes numbers: neither PromQL nor LogQL begins so. */
const makesSeries = new RegExp(`^[\\s(]*\\{.*\\}.*\\|\\s*(?:${[...metricsNames].join('|')})\\s*\\(`, 's')

/**
 * @example
 * isTraceQl('{ status = error } | rate() by (resource.service.name) > 1') // => true
 */
export function isTraceQl(expr: string): boolean {
  return makesSeries.test(expr)
}

/** Errors: QUERY_INVALID. */
export function checkTraceQl(expr: string): void {
  const { metrics, math } = parseTraceQl(expr)
  if (math === undefined && metrics?.kind !== 'overTime')
    throw new OperatingError('QUERY_INVALID', 'a rule counts spans, as in { status = error } | rate() > 1')
}

/** What the spans of the window up to a moment make: a sample for each series. Errors: as of a query. */
export async function evaluateTraceQl(
  reader: StoreReader,
  { expr, atMs, tenant }: RuleQuestion,
  signal: AbortSignal,
): Promise<Value> {
  const query = parseTraceQl(expr)
  const windowNs = query.windowNs ?? usualWindowNs
  const startNs = BigInt(atMs) * 1_000_000n - windowNs
  const traces = new TraceReader(reader, tenant, signal, () => false)
  const series = await traceSeries(traces, query, { startNs, stepNs: windowNs, count: 1 })
  return vectorOf(series.filter(({ values }) => !Number.isNaN(values[0])).map(columnOf))
}

/** `resource.service.name` is the label `resource_service_name`, as metrics have it. What spans lack is left out. */
function columnOf({ labels, values }: TraceSeries): Column {
  const named = labels.flatMap(([name, value]) =>
    value === undefined ? [] : [[name.replaceAll(/\W/g, '_'), String(value)]],
  )
  const column = emptyColumn(Object.fromEntries(named), 1)
  put(column, 0, values[0] as number)
  return column
}
