import { LabelName, type LogQuery } from '../lib/logql/index.ts'
import { shapesFor } from './line-shapes.ts'
import { labelSql, toSql } from './logql-sql.ts'
import { rangeParams, timeRange } from './range.ts'
import type { SqlParams, StoreCost, StoreReader } from './store-reader.ts'

export interface FacetSearch {
  query: LogQuery
  tenant: string
  startNs: bigint
  endNs: bigint
  fields: readonly string[]
}

export interface Facet {
  field: string
  values: { value: string; count: number }[]
}

const valuesPerField = 20
/** Attributes are counted over a sample this large: the newest lines. */
const sampleRows = 50_000
const attributeFields = 12

/** The most frequent values of each field among the lines that match; without fields, of service, host, level and the commonest attributes. */
export async function facets(
  reader: StoreReader,
  search: FacetSearch,
  signal: AbortSignal,
): Promise<{ facets: Facet[]; cost: StoreCost }> {
  const condition = toSql(search.query, await shapesFor(reader, search, signal))
  const params: SqlParams = { ...condition.params, ...rangeParams(search), sample: sampleRows }
  const where = `WHERE ${timeRange} AND ${condition.sql}`
  const fields = search.fields.length > 0 ? search.fields : ['service', 'host', 'level']
  const counted = fields.map((field, i) => countsOf(field, i, where, params))
  const parts = search.fields.length > 0 ? counted : [...counted, attributeCounts(where)]
  const sql = `SELECT field, value, count FROM (${parts.join(' UNION ALL ')}) ORDER BY field, count DESC, value`
  const { rows, cost } = await reader.rows<{ field: string; value: string; count: number }>(
    sql,
    params,
    signal,
  )
  return { facets: group(rows, fields), cost }
}

function countsOf(field: string, i: number, where: string, params: SqlParams): string {
  params[`field${i}`] = field
  let texts = 0
  const value = labelSql(new LabelName(field), text => {
    const name = `key${i}_${texts++}`
    params[name] = text
    return `{${name}:String}`
  })
  return `SELECT {field${i}:String} AS field, toString(${value}) AS value, count() AS count FROM otel_logs ${where}
    GROUP BY value HAVING value != '' ORDER BY count DESC LIMIT ${valuesPerField}`
}

/** Keys that are on many lines with few values: what one filters by. */
function attributeCounts(where: string): string {
  return `SELECT field, value, count FROM (
      SELECT key AS field, value, count() AS count, count() OVER (PARTITION BY key) AS distinctValues,
        sum(count()) OVER (PARTITION BY key) AS lines
      FROM (SELECT LogAttributes FROM otel_logs ${where} ORDER BY toStartOfFiveMinutes(Timestamp) DESC, Timestamp DESC LIMIT {sample:UInt32})
      ARRAY JOIN mapKeys(LogAttributes) AS key, mapValues(LogAttributes) AS value
      WHERE length(value) < 120
      GROUP BY key, value
    ) WHERE distinctValues <= 200 OR lines > distinctValues * 20
    ORDER BY lines DESC, count DESC LIMIT ${valuesPerField} BY field LIMIT ${valuesPerField * attributeFields}`
}

function group(rows: { field: string; value: string; count: number }[], first: readonly string[]): Facet[] {
  const byField = new Map<string, Facet>(first.map(field => [field, { field, values: [] }]))
  for (const { field, value, count } of rows) {
    const facet = byField.get(field) ?? { field, values: [] }
    facet.values.push({ value, count: Number(count) })
    byField.set(field, facet)
  }
  return [...byField.values()].filter(facet => facet.values.length > 0)
}
