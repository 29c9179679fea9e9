import { OperatingError } from '../../lib/base/index.ts'
import {
  computedSeries,
  type Expression,
  type GroupStep,
  type OverTime,
  type Pipeline,
  type SeriesSteps,
  SpanGatherer,
  stagedSeries,
  type TraceQuery,
  type TraceSeries,
  toSeries,
} from '../../lib/traceql/index.ts'
import { selectionOf } from './candidates.ts'
import { compareSeries } from './compare.ts'
import { evaluatedTraces } from './evaluated-traces.ts'
import { groupSql, SqlWriter } from './field-sql.ts'
import { spanRange, spanRangeParams } from './span-range.ts'
import type { TimeRange, TraceReader } from './trace-reader.ts'
import { conditionSql, measureSql } from './traceql-sql.ts'

/** Rows of groups and steps at most; beyond, the rest is left out with a warning. */
const maxGroupSteps = 200_000
export const maxTraceSeries = 1_000

/** The series that a query of metrics makes. Errors: PARAMETER_INVALID where it makes none. */
export async function traceSeries(
  reader: TraceReader,
  query: TraceQuery,
  steps: SeriesSteps,
): Promise<TraceSeries[]> {
  const { metrics, pipeline, series, math } = query
  if (math !== undefined) {
    const left = await traceSeries(reader, math.left, steps)
    const right = await traceSeries(reader, math.right, steps)
    return stagedSeries(computedSeries(math.operator, left, right), series)
  }
  if (metrics === undefined)
    throw new OperatingError(
      'PARAMETER_INVALID',
      'the query makes no series: end it in | rate() or another stage',
    )
  const range = { startNs: steps.startNs, endNs: steps.startNs + steps.stepNs * BigInt(steps.count) }
  const made =
    metrics.kind === 'compare'
      ? await compareSeries(reader, pipeline, metrics, steps)
      : toSeries(metrics, await groupSteps(reader, pipeline, metrics, steps, range), steps)
  const all = stagedSeries(made, series)
  if (all.length > maxTraceSeries)
    reader.warn(`there are ${all.length} series: the first ${maxTraceSeries} are here`)
  return all.slice(0, maxTraceSeries)
}

/** From SQL where it knows the spans, their groups and their numbers exactly; else by looking at every trace that may match. */
async function groupSteps(
  reader: TraceReader,
  pipeline: Pipeline,
  stage: OverTime,
  steps: SeriesSteps,
  range: TimeRange,
): Promise<GroupStep[]> {
  const selection = selectionOf(pipeline)
  const statement =
    selection.simple === undefined ? undefined : groupStatement(selection.simple, stage, steps, range)
  if (statement !== undefined) {
    const rows = await reader.rows<Row>(statement.sql, statement.params)
    if (rows.length >= maxGroupSteps) reader.warn(`more than ${maxGroupSteps} values: take a longer step`)
    return rows.map(row => toGroupStep(row, stage))
  }
  const gatherer = new SpanGatherer(stage, steps)
  for await (const { trace, sets } of evaluatedTraces(reader, pipeline, selection, range))
    for (const { spans } of sets) for (const span of spans) gatherer.add(span, trace)
  return gatherer.finish()
}

interface Row {
  step: number
  group: (string | null)[]
  value: number | number[] | [buckets: number[], counts: number[]]
}

function toGroupStep({ step, group, value }: Row, { name }: OverTime): GroupStep {
  const common = { step, group: group.map(one => one ?? undefined) }
  if (name === 'histogram_over_time') {
    const [exponents, counts] = value as [number[], number[]]
    return { ...common, buckets: exponents.map(exponent => 2 ** exponent), values: counts }
  }
  return { ...common, values: Array.isArray(value) ? (value as number[]) : [value] }
}

function groupStatement(condition: Expression, stage: OverTime, steps: SeriesSteps, range: TimeRange) {
  const writer = new SqlWriter()
  const where = conditionSql(condition, writer)
  const groups = stage.by.map(field => groupSql(field, writer))
  const measure = stage.of === undefined ? 'toNullable(1.)' : measureSql(stage.of, writer)
  if (!where.isExact || measure === undefined || groups.includes(undefined)) return undefined
  const sql = `SELECT step, group, ${aggregateSql(stage, writer)} AS value FROM (
      SELECT intDiv(toUnixTimestamp64Nano(Timestamp) - {start:Int64}, {stepNs:Int64}) AS step,
        [${groups.join(', ')}]::Array(Nullable(String)) AS group, assumeNotNull(${measure}) AS m
      FROM otel_traces WHERE ${spanRange} AND (${where.sql}) AND isNotNull(${measure}) AND isFinite(${measure}))
    GROUP BY step, group ORDER BY step, group LIMIT ${maxGroupSteps}`
  return { sql, params: { ...writer.params, ...spanRangeParams(range), stepNs: steps.stepNs } }
}

function aggregateSql({ name, quantiles }: OverTime, writer: SqlWriter): string {
  switch (name) {
    case 'rate':
    case 'count_over_time':
      return 'count()'
    case 'sum_over_time':
      return 'sum(m)'
    case 'avg_over_time':
      return 'avg(m)'
    case 'min_over_time':
      return 'min(m)'
    case 'max_over_time':
      return 'max(m)'
    case 'quantile_over_time':
      return `quantilesExactInclusive(${quantiles.map(q => writer.double(q)).join(', ')})(m)`
    case 'histogram_over_time':
      return 'sumMapIf([toInt16(ceil(log2(if(m > 0, m, 1))))], [toUInt64(1)], m > 0)'
  }
}
