import type { LogQuery } from '../lib/logql/index.ts'
import { scopeMap } from './label-sql.ts'
import { toSql, whereSql } from './logql-sql.ts'
import { rangeParams, timeRange } from './range.ts'
import { shapesFor } from './read-shapes.ts'
import type { StoreCost, StoreReader } from './store-reader.ts'

export interface FieldsSearch {
  query: LogQuery
  tenant: string
  startNs: bigint
  endNs: bigint
  /** Only names that have this text, in whatever case; '' for all. */
  sought: string
}

export interface FieldName {
  field: string
  /** Lines that have it, and different values there, among those that were looked at. */
  lines: number
  values: number
}

/** The newest lines are looked at. */
const sampleRows = 20_000
const maxFields = 1_000

/** Fields of the lines that match beside those that every line has, the commonest first; `more` where some are left out. */
export async function logFieldNames(
  reader: StoreReader,
  search: FieldsSearch,
  signal: AbortSignal,
): Promise<{ fields: FieldName[]; more: boolean; sampled: number; cost: StoreCost }> {
  const condition = toSql(search.query, await shapesFor(reader, search, signal))
  const sql = `WITH sampled AS (
      SELECT AllAttributes AS attributes, ResourceAttributes AS resource, ${scopeMap(['AllAttributes', 'ResourceAttributes'])} AS scope FROM otel_logs
      ${whereSql(timeRange, condition)}
      ORDER BY toStartOfFiveMinutes(Timestamp) DESC, Timestamp DESC LIMIT ${sampleRows}
    ) SELECT key AS field, count() AS lines, uniq(value) AS values, (SELECT count() FROM sampled) AS sampled
    FROM sampled
    ARRAY JOIN arrayConcat(mapKeys(attributes), mapKeys(resource), mapKeys(scope)) AS key,
      arrayConcat(mapValues(attributes), mapValues(resource), mapValues(scope)) AS value
    WHERE value != '' AND key NOT IN ('service.name', 'host.name')
      AND ({sought:String} = '' OR positionCaseInsensitiveUTF8(key, {sought:String}) > 0)
    GROUP BY key ORDER BY lines DESC, key LIMIT ${maxFields + 1}`
  const params = { ...condition.params, ...rangeParams(search), sought: search.sought }
  type Row = FieldName & { sampled: number }
  const { rows, cost } = await reader.rows<Row>(sql, params, signal)
  const fields = rows.slice(0, maxFields).map(({ field, lines, values }) => ({
    field,
    lines: Number(lines),
    values: Number(values),
  }))
  return { fields, more: rows.length > maxFields, sampled: Number(rows[0]?.sampled ?? 0), cost }
}
