import { QueryError } from '../lib/logql/index.ts'
import { rollups, rollupTable } from '../store/index.ts'
import type { MetricNamesAnswer } from './api/schemas.ts'
import { Annotations } from './promql/annotations.ts'
import { type Column, distinct, sampleAt, type Value } from './promql/column.ts'
import { Evaluator } from './promql/evaluate.ts'
import type { NativeHistogram } from './promql/native/histogram.ts'
import { type Bucket, bucketsOf } from './promql/native/quantile.ts'
import { parsePromQl } from './promql/parser.ts'
import { piecesOf } from './promql/pieces.ts'
import { loadsOf } from './promql/plan.ts'
import { QuerySamples } from './promql/query-samples.ts'
import { endOf, type Steps } from './promql/steps.ts'
import type { StoreCost, StoreReader } from './store-reader.ts'

export interface MetricSeries {
  labels: Record<string, string>
  values: (number | null)[]
  /** Where the values are native histograms; `values` then has nulls. */
  histograms?: (HistogramValue | null)[]
}

/** A result with what is said of it. */
export interface PromQlAnswer {
  value: Value
  warnings: string[]
  infos: string[]
  cost: StoreCost
  rollup: string | null
  statistics: PromQlStatistics
}

/** What a query took. */
export interface PromQlStatistics {
  /** Until all samples were loaded, and what goes series by series was evaluated. */
  loadMs: number
  evaluateMs: number
  series: number
  /** Loaded: each is counted once for each selector that takes it. */
  samples: number
  /** As often as they stood in a window of a step. */
  windowSamples: number
}

interface HistogramValue {
  count: number
  sum: number | null
  buckets: Bucket[]
}

const maxNames = 5_000

/** Evaluates PromQL at each step, as Prometheus' range query does. */
export async function queryMetrics(
  reader: StoreReader,
  tenant: string,
  text: string,
  steps: Steps,
  signal: AbortSignal,
): Promise<Omit<PromQlAnswer, 'value' | 'statistics'> & { series: MetricSeries[] }> {
  const { value, statistics: _, ...about } = await evaluatePromQl(reader, tenant, text, steps, signal)
  refuseRange(value, text)
  return { series: toSeries(value), ...about }
}

/** The same as the language has it. Errors: QUERY_INVALID, QUERY_EXECUTION, TOO_MUCH, those of the store. */
export async function evaluatePromQl(
  reader: StoreReader,
  tenant: string,
  text: string,
  steps: Steps,
  signal: AbortSignal,
): Promise<PromQlAnswer> {
  const startedMs = performance.now()
  const rangeMs = endOf(steps) - steps.startMs
  const expression = parsePromQl(text, { stepMs: steps.stepMs, rangeMs })
  const notes = new Annotations(text)
  const reads = { samples: 0 }
  const samples = new QuerySamples(reader, tenant, signal)
  const pieces = piecesOf(expression)
  for (const load of loadsOf(expression, steps)) {
    const piece = pieces.get(load.selector)
    if (piece === undefined) await samples.hold(load)
    else await samples.evaluate(load, { expression: piece, whole: steps, notes, reads })
  }
  const loadedMs = performance.now()
  const { loaded, known, cost, tables } = samples
  const value = new Evaluator(steps, loaded, { notes, reads, known }).evaluate(expression)
  const { warnings, infos } = notes
  const statistics = {
    loadMs: loadedMs - startedMs,
    evaluateMs: performance.now() - loadedMs,
    series: samples.series,
    samples: samples.count,
    windowSamples: reads.samples,
  }
  return { value, warnings, infos, cost, rollup: tables.size === 0 ? null : [...tables].join(), statistics }
}

/** Over a range of steps there is no meaning to a range vector or a text. Errors: QUERY_INVALID. */
export function refuseRange(value: Value, text: string): void {
  if (value.kind === 'matrix')
    throw new QueryError('a range vector is no answer by itself', text, 0, `rate(${text.trim()}) gives one`)
  if (value.kind === 'string')
    throw new QueryError('a text is no answer over a range', text, 0, 'ask for a number or for series')
}

function toSeries(value: Value): MetricSeries[] {
  if (value.kind === 'string' || value.kind === 'matrix') return []
  if (value.kind === 'scalar') return [{ labels: {}, values: Array.from(value.values, finite) }]
  return distinct(value.columns).map(column => ({
    labels: { ...column.labels },
    values: valuesOf(column),
    ...(column.histograms === undefined ? {} : { histograms: Array.from(column.histograms, histogramOf) }),
  }))
}

/** JSON knows no NaN and no infinity. */
function valuesOf(column: Column): (number | null)[] {
  return Array.from(column.values, (_, step) => {
    const sample = sampleAt(column, step)
    return typeof sample === 'number' ? finite(sample) : null
  })
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

function histogramOf(histogram: NativeHistogram | undefined): HistogramValue | null {
  if (histogram === undefined) return null
  const { count, sum } = histogram
  return { count, sum: Number.isFinite(sum) ? sum : null, buckets: bucketsOf(histogram) }
}

/** Series of rollups in their newest windows. */
const rolledSeries = rollups.custom.windows
  .map(
    window =>
      `SELECT RollupName, Series FROM ${rollupTable(rollups.custom, window)} WHERE Tenant = {tenant:String} AND Window >= now() - INTERVAL 2 HOUR`,
  )
  .join(' UNION ALL ')

/** The metrics there are, for choosing one. */
export async function metricNames(
  reader: StoreReader,
  tenant: string,
  signal: AbortSignal,
): Promise<MetricNamesAnswer> {
  const sql = `SELECT MetricName AS name, anyLast(Type) AS type, anyLast(Unit) AS unit, anyLast(Description) AS description,
      uniqExact(Fingerprint) AS series
    FROM metric_series WHERE Tenant = {tenant:String} GROUP BY MetricName
    UNION ALL
    SELECT RollupName AS name, if(argMax(Kind, Newest) IN ('min', 'max'), 'gauge', 'counter') AS type, '' AS unit,
      'a rollup of log lines' AS description, any(present) AS series
    FROM custom_rollup_ranges LEFT JOIN (
      SELECT RollupName, uniqExact(Series) AS present FROM (${rolledSeries}) GROUP BY RollupName
    ) AS s USING (RollupName)
    WHERE Tenant = {tenant:String} GROUP BY RollupName
    ORDER BY name LIMIT ${maxNames}`
  const { rows } = await reader.rows<MetricNamesAnswer['metrics'][number]>(sql, { tenant }, signal)
  return { metrics: rows.map(row => ({ ...row, series: Number(row.series) })) }
}
