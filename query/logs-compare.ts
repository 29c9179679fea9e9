import type { LogQuery } from '../lib/logql/index.ts'
import { scopeMap } from './label-sql.ts'
import { toSql } from './logql-sql.ts'
import { timeRange } from './range.ts'
import { shapesFor } from './read-shapes.ts'
import type { SqlParams, StoreCost, StoreReader } from './store-reader.ts'
import { streamSource } from './streams.ts'

/** Lines that are compared with others. */
export interface Side {
  query: LogQuery
  startNs: bigint
  endNs: bigint
}

export interface Comparison {
  tenant: string
  selection: Side
  baseline: Side
  /** Fields, and templates, at most. */
  limit: number
}

/** How many lines of a side, and which part of them. */
export interface Share {
  count: number
  share: number
}

export interface Difference {
  value: string
  selection: Share
  baseline: Share
  /** Of the shares: above zero what the selection has more of. */
  difference: number
}

export interface Compared {
  /** Lines of each side, and how many of them were looked at. */
  lines: { selection: Sampled; baseline: Sampled }
  fields: { field: string; score: number; values: Difference[] }[]
  patterns: Difference[]
  cost: StoreCost
}

interface Sampled {
  lines: number
  sampled: number
}

/** Of a side so many lines are looked at, spread evenly over all of it. */
const sampleRows = 50_000
/** Of a field's values the first are shown, and all templates that are asked for. */
const valuesPerField = 10
const valuesPerKey = 100
const maxValueLength = 200
/** What stands before the names of fields, and the two keys that are none. */
const ofField = '.'
const ofRow = '=row'
const ofPattern = '=pattern'

/**
 * Which values of fields, and which templates, the selection has more or less of than the baseline. A field's score is the total
 * variation distance of its values, that of having none included: 0 where both sides are alike, 1 where they have nothing in
 * common. Fields come in the order of what of that chance does not explain. Ids, which differ from line to line, are left out.
 */
export async function compareLogs(
  reader: StoreReader,
  comparison: Comparison,
  signal: AbortSignal,
): Promise<Compared> {
  const [selection, baseline] = await Promise.all([
    sideOf(reader, comparison.selection, comparison.tenant, 0, signal),
    sideOf(reader, comparison.baseline, comparison.tenant, 1, signal),
  ])
  const params = { ...selection.params, ...baseline.params, fields: comparison.limit }
  const { rows, cost } = await reader.rows<Row>(differences(selection.sql, baseline.sql), params, signal)
  const templates = await templatesOf(reader, comparison.tenant, rows, signal)
  const sampled = (side: 'a' | 'b') => Number(rows.find(({ key }) => key === ofRow)?.[side] ?? 0)
  const [a, b] = [sampled('a'), sampled('b')]
  const toDifference = differenceOf([a, selection.every], [b, baseline.every])
  return {
    lines: {
      selection: { lines: selection.total, sampled: a },
      baseline: { lines: baseline.total, sampled: b },
    },
    fields: fieldsOf(rows, toDifference),
    patterns: rows
      .filter(({ key }) => key === ofPattern)
      .map(row => ({ ...toDifference(row), value: templates.get(row.value) ?? '' }))
      .filter(({ value }) => value !== '')
      .slice(0, comparison.limit),
    cost,
  }
}

interface Row {
  key: string
  value: string
  a: number
  b: number
  score: number
}

interface SideSql {
  sql: string
  params: SqlParams
  total: number
  /** One of so many lines is looked at. */
  every: number
}

async function sideOf(
  reader: StoreReader,
  side: Side,
  tenant: string,
  number: 0 | 1,
  signal: AbortSignal,
): Promise<SideSql> {
  const search = { ...side, tenant }
  const total = await linesOf(reader, search, signal)
  const every = Math.max(1, Math.ceil(total / sampleRows))
  const condition = toSql(side.query, await shapesFor(reader, search, signal))
  const own = named(`${timeRange} AND ${condition.sql}`, `s${number}_`, {
    ...condition.params,
    tenant,
    start: side.startNs,
    end: side.endNs,
  })
  const sql = `SELECT ${number} AS side, ${pairs} AS pairs FROM otel_logs
    WHERE ${own.sql} AND cityHash64(TopicPartition, TopicOffset, TopicIndex) % ${every} = 0`
  return { sql, params: own.params, total, every }
}

/** Parameters under names of their own, so that two conditions can stand in one question. */
function named(sql: string, prefix: string, params: SqlParams): { sql: string; params: SqlParams } {
  const renamed = Object.keys(params).reduce(
    (text, name) => text.replaceAll(`{${name}:`, `{${prefix}${name}:`),
    sql,
  )
  const own = Object.entries(params).map(([name, value]) => [`${prefix}${name}`, value])
  return { sql: renamed, params: Object.fromEntries(own) as SqlParams }
}

async function linesOf(
  reader: StoreReader,
  search: Side & { tenant: string },
  signal: AbortSignal,
): Promise<number> {
  const source = await streamSource(reader, { ...search, by: [] }, signal)
  if (source === undefined) return 0
  const { rows } = await reader.rows<{ n: number }>(
    `SELECT sum(lines) AS n FROM ${source.sql}`,
    source.params,
    signal,
  )
  return Number(rows[0]?.n ?? 0)
}

const ofMap = (map: string) =>
  `arrayMap((k, v) -> (concat('${ofField}', k), v), mapKeys(${map}), mapValues(${map}))`
const columns = { service: 'ServiceName', host: 'Host', level: 'Level' }
const columnPairs = Object.entries(columns).map(
  ([name, column]) => `('${ofField}${name}', toString(${column}))`,
)
const columnKeys = Object.keys(columns).map(name => `'${ofField}${name}'`)
const attributes = `arrayConcat(${ofMap('AllAttributes')}, ${ofMap('ResourceAttributes')}, ${ofMap(scopeMap(['AllAttributes', 'ResourceAttributes']))})`
/** All that a line says, as pairs of a key and a value, each once. By the name of a column that is asked, as everywhere. */
const pairs = `arrayDistinct(arrayConcat([('${ofRow}', '1'), ('${ofPattern}', toString(PatternId)), ${columnPairs.join(', ')}],
      arrayFilter(pair -> pair.1 NOT IN (${columnKeys.join(', ')}), ${attributes})))`

/** So many standard deviations of a share are chance. */
const chance = 2

/**
 * The difference of two shares, less what chance makes of equal ones: of many rare values each is in one sample and not in the
 * other.
 */
function beyondChance(a: string, b: string): string {
  const pooled = `least(1, (${a} + ${b}) / (allA + allB))`
  const deviation = `sqrt(${pooled} * (1 - ${pooled}) * (1 / allA + 1 / allB))`
  return `greatest(0, abs(${a} / allA - ${b} / allB) - ${chance} * ${deviation})`
}

function differences(selection: string, baseline: string): string {
  const counted = `SELECT pair.1 AS key, pair.2 AS value, countIf(side = 0) AS a, countIf(side = 1) AS b
      FROM (${selection} UNION ALL ${baseline}) ARRAY JOIN pairs AS pair
      WHERE value != '' AND length(value) <= ${maxValueLength} GROUP BY key, value`
  const sides = `SELECT *, greatest(maxIf(a, key = '${ofRow}') OVER (), 1) AS allA, greatest(maxIf(b, key = '${ofRow}') OVER (), 1) AS allB FROM (${counted})`
  const shares = `SELECT *, a / allA AS p, b / allB AS q, abs(p - q) AS far, ${beyondChance('a', 'b')} AS sure FROM (${sides})`
  const having = (side: string) => `sum(${side}) OVER (PARTITION BY key)`
  const spread = `SELECT key, value, a, b, far, count() OVER (PARTITION BY key) AS values, ${having('a + b')} AS lines,
      least(1, (${having('far')} + abs(${having('p')} - ${having('q')})) / 2) AS score,
      ${having('sure')} + ${beyondChance(having('a'), having('b'))} AS sureScore FROM (${shares})`
  const isTelling = `key IN ('${ofRow}', '${ofPattern}') OR values <= 100 OR (lines >= 2 * values AND sureScore > 0)`
  const ranked = `SELECT key, value, a, b, score, far, dense_rank() OVER (ORDER BY startsWith(key, '=') DESC, sureScore DESC, score DESC, key) AS place
      FROM (${spread}) WHERE ${isTelling}`
  return `SELECT key, value, a, b, score FROM (${ranked})
    WHERE place <= {fields:UInt32} + 2 ORDER BY place, far DESC, value LIMIT ${valuesPerKey} BY key`
}

function fieldsOf(rows: readonly Row[], toDifference: (row: Row) => Difference): Compared['fields'] {
  const fields = Map.groupBy(
    rows.filter(({ key }) => key.startsWith(ofField)),
    ({ key }) => key.slice(ofField.length),
  )
  return Array.from(fields, ([field, values]) => ({
    field,
    score: rounded(Number(values[0]?.score ?? 0)),
    values: values.slice(0, valuesPerField).map(toDifference),
  }))
}

/** Counts are of all lines: those looked at stand for the others. */
function differenceOf([a, everyA]: [number, number], [b, everyB]: [number, number]) {
  return (row: Row): Difference => {
    const selection = { count: Number(row.a) * everyA, share: rounded(Number(row.a) / Math.max(a, 1)) }
    const baseline = { count: Number(row.b) * everyB, share: rounded(Number(row.b) / Math.max(b, 1)) }
    const difference = Number(row.a) / Math.max(a, 1) - Number(row.b) / Math.max(b, 1)
    return { value: row.value, selection, baseline, difference: rounded(difference) }
  }
}

function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6
}

async function templatesOf(
  reader: StoreReader,
  tenant: string,
  rows: readonly Row[],
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const ids = rows.filter(({ key }) => key === ofPattern).map(({ value }) => value)
  if (ids.length === 0) return new Map()
  const found = await reader.rows<{ id: string; template: string }>(
    `SELECT toString(PatternId) AS id, any(Template) AS template FROM log_patterns
     WHERE Tenant = {tenant:String} AND PatternId IN (SELECT toUInt64(arrayJoin({ids:Array(String)}))) GROUP BY PatternId`,
    { tenant, ids },
    signal,
  )
  return new Map(found.rows.map(({ id, template }) => [id, template]))
}
