import { type Column, LabelName, type LogQuery } from '../lib/logql/index.ts'
import { answeredByRollup } from './answered-by-rollup.ts'
import { looksNumeric, type Statistics, statisticsOf } from './facet-statistics.ts'
import { labelSql, scopeMap } from './label-sql.ts'
import type { KnownShapes } from './line-shapes.ts'
import { toSql, whereSql } from './logql-sql.ts'
import { rangeParams, timeRange } from './range.ts'
import { shapesFor } from './read-shapes.ts'
import { logRollups, type Piece, piecesOf } from './rollup-pieces.ts'
import type { SqlParams, StoreCost, StoreReader } from './store-reader.ts'
import { textParameters } from './text-parameters.ts'

export interface FacetSearch {
  query: LogQuery
  tenant: string
  startNs: bigint
  endNs: bigint
  fields: readonly string[]
  /** Only fields whose name has this text, in any case; where fields are named, only values that have it. '': all. */
  search: string
  /** Values of one field at most. */
  limit: number
  /** Whether fields that are numbers come with statistics. */
  hasStatistics: boolean
}

export interface Facet {
  field: string
  values: { value: string; count: number }[]
  statistics?: Statistics
}

/** What is counted where no fields are named, beside the commonest attributes. */
const usual = ['service', 'host', 'level']
const dimensions: Readonly<Partial<Record<Column, string>>> = {
  service: 'ServiceName',
  host: 'Host',
  level: 'Level',
}
/** Hours, and minutes at both ends. */
const facetRollups = logRollups.filter(({ windowMs }) => windowMs === 3_600_000 || windowMs === 60_000)
/** Attributes are counted over a sample this large: the newest lines. */
const sampleRows = 20_000
const attributeFields = 12

/** The most frequent values of each field among the lines that match; without fields, of service, host, level and the commonest attributes. */
export async function facets(
  reader: StoreReader,
  search: FacetSearch,
  signal: AbortSignal,
): Promise<{ facets: Facet[]; cost: StoreCost }> {
  const shapes = await shapesFor(reader, search, signal, { names: search.fields })
  const condition = toSql(search.query, shapes)
  const params: SqlParams = {
    ...condition.params,
    ...rangeParams(search),
    sample: sampleRows,
    sought: search.search,
  }
  const where = whereSql(timeRange, condition)
  const fields = search.fields.length > 0 ? search.fields : usual.filter(name => name.includes(search.search))
  const others = fields.filter(field => dimensionOf(field) === undefined)
  const counted = [
    ...dimensionCounts(fields, search, condition.sql, params),
    ...others.map((field, i) => countsOf({ field, i, where, shapes }, search, params)),
  ]
  const parts = search.fields.length > 0 ? counted : [...counted, attributeCounts(where, search)]
  const sql = `SELECT field, value, count FROM (${parts.join(' UNION ALL ')}) ORDER BY field, count DESC, value`
  const { rows, cost } = await reader.rows<{ field: string; value: string; count: number }>(
    sql,
    params,
    signal,
  )
  const found = group(rows, fields)
  if (!search.hasStatistics) return { facets: found, cost }
  const numeric = found.filter(({ values }) => looksNumeric(values)).map(({ field }) => field)
  const { statistics, cost: more } = await statisticsOf(reader, search, numeric, signal)
  const facetsOf = (facet: Facet): Facet => {
    const own = statistics.get(facet.field)
    return own === undefined ? facet : { ...facet, statistics: own }
  }
  return {
    facets: found.map(facetsOf),
    cost: { rows: cost.rows + more.rows, bytes: cost.bytes + more.bytes },
  }
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
      WHERE value != ''${soughtValues(search)} GROUP BY field, value HAVING count > 0 ORDER BY count DESC, value LIMIT ${search.limit} BY field`,
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

interface CountedField {
  field: string
  i: number
  where: string
  shapes: KnownShapes | undefined
}

function countsOf({ field, i, where, shapes }: CountedField, search: FacetSearch, params: SqlParams): string {
  params[`field${i}`] = field
  const value = labelSql(new LabelName(field), textParameters(params, `key${i}_`), shapes)
  return `SELECT {field${i}:String} AS field, toString(${value}) AS value, count() AS count FROM otel_logs ${where}
    GROUP BY value HAVING value != ''${soughtValues(search)} ORDER BY count DESC LIMIT ${search.limit}`
}

/** Of named fields only the values with the text that is looked for. */
function soughtValues({ fields, search }: FacetSearch): string {
  return fields.length === 0 || search === '' ? '' : ` AND ${contains('value')}`
}

function contains(column: string): string {
  return `positionCaseInsensitiveUTF8(${column}, {sought:String}) > 0`
}

/** Keys that are on many lines with few values: what one filters by. Those that are looked for are of the resource as well. */
function attributeCounts(where: string, { search, limit }: FacetSearch): string {
  const isSought = search === '' ? '1' : contains('key')
  // an attribute of the same name is not what a query means by it: see LabelName
  const isAttribute = `key NOT IN (${usual.map(name => `'${name}'`).join(', ')})`
  const maps = search === '' ? ['AllAttributes'] : ['AllAttributes', 'ResourceAttributes']
  const all = (part: 'mapKeys' | 'mapValues') =>
    `arrayConcat(${[...maps, 'scope'].map(map => `${part}(${map})`).join(', ')})`
  return `SELECT field, value, count FROM (
      SELECT key AS field, value, count() AS count, count() OVER (PARTITION BY key) AS distinctValues,
        sum(count()) OVER (PARTITION BY key) AS lines
      FROM (SELECT ${maps.join(', ')}, ${scopeMap(maps)} AS scope FROM otel_logs ${where} ORDER BY toStartOfFiveMinutes(Timestamp) DESC, Timestamp DESC LIMIT {sample:UInt32})
      ARRAY JOIN ${all('mapKeys')} AS key, ${all('mapValues')} AS value
      WHERE length(value) < 120 AND ${isAttribute} AND ${isSought}
      GROUP BY key, value
    ) WHERE ${search === '' ? 'distinctValues <= 200 OR lines > distinctValues * 20' : '1'}
    ORDER BY lines DESC, field, count DESC LIMIT ${limit} BY field LIMIT ${limit * attributeFields}`
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
