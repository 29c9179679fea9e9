import { OperatingError } from '../../lib/base/index.ts'
import type { MetricsStage, Pipeline, SeriesSteps, TraceSeries } from '../../lib/traceql/index.ts'
import { selectionOf } from './candidates.ts'
import { SqlWriter } from './field-sql.ts'
import { spanRange, spanRangeParams } from './span-range.ts'
import type { TraceReader } from './trace-reader.ts'
import { conditionSql } from './traceql-sql.ts'

const maxFields = 500
const maxRows = 200_000
const metaType = '__meta_type'

interface Row {
  selected: 0 | 1
  field: string
  value: string
  step: number
  spans: number
}

/** All that is compared of a span: what people look at first of its intrinsic fields, and every attribute. */
const fieldsSql = `arrayConcat(
  [('name', toString(SpanName)), ('status', lower(StatusCode)), ('kind', lower(SpanKind))],
  arrayMap((k, v) -> (concat('span.', k), v), mapKeys(SpanAttributes), mapValues(SpanAttributes)),
  arrayMap((k, v) -> (concat('resource.', k), v), mapKeys(ResourceAttributes), mapValues(ResourceAttributes)))`

/**
 * For every field its most frequent values, in the spans that a condition selects and in the others, over time; and how many
 * spans have the field at all. Source: Tempo, TraceQL metrics, `compare()`. Errors: PARAMETER_INVALID where the conditions
 * are about more than single spans.
 */
export async function compareSeries(
  reader: TraceReader,
  pipeline: Pipeline,
  { selection, top, startNs, endNs }: Extract<MetricsStage, { kind: 'compare' }>,
  steps: SeriesSteps,
): Promise<TraceSeries[]> {
  const writer = new SqlWriter()
  const { simple } = selectionOf(pipeline)
  const base = simple === undefined ? undefined : conditionSql(simple, writer)
  const chosen = conditionSql(selection, writer)
  if (base?.isExact !== true || !chosen.isExact)
    throw new OperatingError(
      'PARAMETER_INVALID',
      'compare takes one set of spans and a condition on single spans, without what is said of whole traces',
    )
  const within =
    startNs > 0
      ? ` AND toUnixTimestamp64Nano(Timestamp) BETWEEN ${writer.number(startNs)} AND ${writer.number(endNs)}`
      : ''
  const range = { startNs: steps.startNs, endNs: steps.startNs + steps.stepNs * BigInt(steps.count) }
  const from = `SELECT toUInt8(${chosen.sql}${within}) AS selected,
      intDiv(toUnixTimestamp64Nano(Timestamp) - {start:Int64}, {stepNs:Int64}) AS step,
      arrayJoin(${fieldsSql}) AS pair, pair.1 AS field, pair.2 AS value
    FROM otel_traces WHERE ${spanRange} AND (${base.sql})`
  const frequent = `SELECT selected, field, value FROM (${from}) GROUP BY selected, field, value
    ORDER BY count() DESC, value LIMIT {top:UInt32} BY selected, field LIMIT ${maxRows}`
  const params = { ...writer.params, ...spanRangeParams(range), stepNs: steps.stepNs, top }
  const values = await reader.rows<Row>(
    `SELECT selected, field, value, step, count() AS spans FROM (${from})
    WHERE (selected, field, value) IN (${frequent}) GROUP BY selected, field, value, step LIMIT ${maxRows}`,
    params,
  )
  const totals = await reader.rows<Omit<Row, 'value'>>(
    `SELECT selected, field, step, count() AS spans FROM (${from}) GROUP BY selected, field, step
    ORDER BY spans DESC LIMIT ${maxRows}`,
    params,
  )
  return toSeries(values, totals, steps.count)
}

function toSeries(
  values: readonly Row[],
  totals: readonly Omit<Row, 'value'>[],
  count: number,
): TraceSeries[] {
  const all = new Map<string, TraceSeries>()
  const put = (type: string, field: string, value: string | undefined, step: number, spans: number) => {
    const key = JSON.stringify([type, field, value ?? null])
    const series = all.get(key) ?? {
      labels: [
        [metaType, type],
        [field, value],
      ],
      values: new Float64Array(count),
    }
    series.values[step] = spans
    all.set(key, series)
  }
  const kept = new Set([...new Set(totals.map(({ field }) => field))].slice(0, maxFields))
  const typeOf = (selected: 0 | 1) => (selected === 1 ? 'selection' : 'baseline')
  for (const { selected, field, value, step, spans } of values)
    if (kept.has(field)) put(typeOf(selected), field, value, step, spans)
  for (const { selected, field, step, spans } of totals)
    if (kept.has(field)) put(`${typeOf(selected)}_total`, field, undefined, step, spans)
  return [...all.values()]
}
