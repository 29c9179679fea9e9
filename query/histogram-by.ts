import { LabelName } from '../lib/logql/index.ts'
import { fillBuckets, type Histogram, type HistogramSearch } from './histogram.ts'
import { labelSql } from './label-sql.ts'
import { toSql, whereSql } from './logql-sql.ts'
import { rangeParams, timeRange } from './range.ts'
import { shapesFor } from './read-shapes.ts'
import type { SqlParams, StoreReader } from './store-reader.ts'
import { textParameters } from './text-parameters.ts'

/** So many values, the commonest; lines with others, or without the field, are left out. */
export const maxValues = 8

/** Lines per step and value of a field. */
export async function histogramBy(
  reader: StoreReader,
  search: HistogramSearch,
  field: string,
  signal: AbortSignal,
): Promise<Histogram> {
  const shapes = await shapesFor(reader, search, signal, { names: [field] })
  const condition = toSql(search.query, shapes)
  const keys: SqlParams = {}
  const value = labelSql(new LabelName(field), textParameters(keys, 'by'), shapes)
  const step = '{step:UInt64}'
  const sql = `WITH counted AS (
      SELECT toUInt64(intDiv(toUnixTimestamp64Milli(Timestamp), ${step})) * ${step} AS bucket, toString(${value}) AS value, count() AS lines
      FROM otel_logs ${whereSql(timeRange, condition)} GROUP BY bucket, value HAVING value != ''
    ) SELECT bucket, value AS level, lines AS count FROM counted WHERE value IN (
      SELECT value FROM counted GROUP BY value ORDER BY sum(lines) DESC, value LIMIT ${maxValues}
    ) ORDER BY bucket`
  const params = { ...condition.params, ...rangeParams(search), ...keys, step: search.stepMs }
  const { rows, cost } = await reader.rows<{ bucket: number; level: string; count: number }>(
    sql,
    params,
    signal,
  )
  return { buckets: fillBuckets(search, rows), cost, rollup: null }
}
