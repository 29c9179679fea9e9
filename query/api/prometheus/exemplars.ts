import type { Selector } from '../../promql/ast.ts'
import { formatValue } from '../../promql/number.ts'
import { parsePromQl } from '../../promql/parser.ts'
import { loadsOf } from '../../promql/plan.ts'
import { conditionOf } from '../../promql/series.ts'
import { maxSeries } from '../../promql/series-limits.ts'
import { atMoment } from '../../promql/steps.ts'
import type { StoreReader } from '../../store-reader.ts'

interface Row {
  name: string
  labels: Record<string, string>
  exemplars: [
    timeMs: number,
    value: number,
    traceId: string,
    spanId: string,
    labels: Record<string, string>,
  ][]
}

const maxExemplars = 1_000

/** Exemplars of every series that a query reads. Source: Prometheus HTTP API, querying exemplars. Errors: QUERY_INVALID. */
export async function exemplarsOf(
  reader: StoreReader,
  tenant: string,
  query: string,
  range: { startMs: number; endMs: number },
  signal: AbortSignal,
) {
  const steps = atMoment(range.startMs)
  const selectors = loadsOf(parsePromQl(query, { stepMs: 0, rangeMs: 0 }), steps).map(
    ({ selector }) => selector,
  )
  const found = await Promise.all(
    selectors.map(selector => ofSelector(reader, tenant, selector, range, signal)),
  )
  const bySeries = new Map(found.flat().map(one => [JSON.stringify(one.seriesLabels), one]))
  return [...bySeries.values()]
}

async function ofSelector(
  reader: StoreReader,
  tenant: string,
  selector: Selector,
  { startMs, endMs }: { startMs: number; endMs: number },
  signal: AbortSignal,
) {
  const { sql, params } = conditionOf(selector.matchers)
  const { rows } = await reader.rows<Row>(
    `WITH chosen AS (
      SELECT Fingerprint, any(MetricName) AS name, anyLast(Labels) AS labels FROM metric_series
      WHERE Tenant = {tenant:String} AND ${sql} GROUP BY Fingerprint LIMIT ${maxSeries})
    SELECT name, labels, exemplars FROM chosen INNER JOIN (
      SELECT Fingerprint, arraySort(e -> e.1, groupArray(${maxExemplars})((toUnixTimestamp64Milli(Timestamp), Value, TraceId, SpanId, Labels))) AS exemplars
      FROM metric_exemplars WHERE Tenant = {tenant:String} AND Fingerprint IN (SELECT Fingerprint FROM chosen)
        AND Timestamp >= fromUnixTimestamp64Milli({from:Int64}) AND Timestamp <= fromUnixTimestamp64Milli({to:Int64})
      GROUP BY Fingerprint) AS e USING (Fingerprint)
    ORDER BY name, toString(labels)`,
    { ...params, tenant, from: Math.floor(startMs), to: Math.ceil(endMs) },
    signal,
  )
  return rows.map(({ name, labels, exemplars }) => ({
    seriesLabels: { __name__: name, ...labels },
    exemplars: exemplars.map(([timeMs, value, traceId, spanId, own]) => ({
      labels: {
        ...own,
        ...(traceId === '' ? {} : { trace_id: traceId }),
        ...(spanId === '' ? {} : { span_id: spanId }),
      },
      value: formatValue(Number(value)),
      timestamp: Number(timeMs) / 1000,
    })),
  }))
}
