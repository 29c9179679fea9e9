import { type Column, LabelName, type LogQuery } from '../lib/logql/index.ts'
import { answeredByRollup, labelSql, toSql } from './logql-sql.ts'
import { rangeParams, timeRange } from './range.ts'
import { shapesFor } from './read-shapes.ts'
import { logRollups, type Piece, piecesOf } from './rollup-pieces.ts'
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

const dimensions: Readonly<Partial<Record<Column, string>>> = {
  service: 'ServiceName',
  host: 'Host',
  level: 'Level',
}
/** Hours, and minutes at both ends. */
const facetRollups = logRollups.filter(({ windowMs }) => windowMs === 3_600_000 || windowMs === 60_000)
const valuesPerField = 20
/** Attributes are counted over a sample this large: the newest lines. */
const sampleRows = 20_000
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
  const others = fields.filter(field => dimensionOf(field) === undefined)
  const counted = [
    ...dimensionCounts(fields, search, condition.sql, params),
    ...others.map((field, i) => countsOf(field, i, where, params)),
  ]
  const parts = search.fields.length > 0 ? counted : [...counted, attributeCounts(where)]
  const sql = `SELECT field, value, count FROM (${parts.join(' UNION ALL ')}) ORDER BY field, count DESC, value`
  const { rows, cost } = await reader.rows<{ field: string; value: string; count: number }>(
    sql,
    params,
    signal,
  )
  return { facets: group(rows, fields), cost }
}

/** The column of a field that rollups have. */
function dimensionOf(field: string): string | undefined {
  const { column } = new LabelName(field)
  return column === undefined ? undefined : dimensions[column]
}

/** All fields that rollups have, from one look at them, or at the lines where rollups do not have the answer. */
function dimensionCounts(
  fields: readonly string[],
  search: FacetSearch,
  condition: string,
  params: SqlParams,
): string[] {
  const asked = fields.filter(field => dimensionOf(field) !== undefined)
  if (asked.length === 0) return []
  const columns = [...new Set(asked.map(field => dimensionOf(field)))].join(', ')
  const pieces = piecesOf(search, answeredByRollup(search.query) ? facetRollups : [])
  const names = asked.map((field, i) => {
    params[`dimension${i}`] = field
    return `{dimension${i}:String}`
  })
  const values = asked.map(field => `toString(${dimensionOf(field)})`)
  const selects = pieces.map((piece, i) => linesOf(piece, i, columns, condition, params))
  return [
    `SELECT field, value, sum(lines) AS count FROM (${selects.join(' UNION ALL ')})
      ARRAY JOIN [${names.join(', ')}] AS field, [${values.join(', ')}] AS value
      WHERE value != '' GROUP BY field, value ORDER BY count DESC, value LIMIT ${valuesPerField} BY field`,
  ]
}

function linesOf(piece: Piece, i: number, columns: string, condition: string, params: SqlParams): string {
  params[`start${i}`] = piece.startNs
  params[`end${i}`] = piece.endNs
  const [start, end] = [
    `fromUnixTimestamp64Nano({start${i}:Int64})`,
    `fromUnixTimestamp64Nano({end${i}:Int64})`,
  ]
  const [time, lines] = piece.table === 'otel_logs' ? ['Timestamp', 'count()'] : ['Window', 'sum(Lines)']
  return `SELECT ${columns}, ${lines} AS lines FROM ${piece.table}
    WHERE Tenant = {tenant:String} AND ${time} >= ${start} AND ${time} < ${end} AND ${condition} GROUP BY ${columns}`
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
