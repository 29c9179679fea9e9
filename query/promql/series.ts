import { OperatingError } from '../../lib/base/index.ts'
import { wholeRegex } from '../../lib/logql/index.ts'
import type { SqlParams, StoreCost, StoreReader } from '../store-reader.ts'
import type { LabelMatch, Selector } from './ast.ts'
import type { Samples } from './functions.ts'

export interface StoredSeries {
  labels: Record<string, string>
  delta: boolean
  samples: Samples
}

const maxSeries = 10_000
const maxSamples = 5_000_000

interface SeriesRow {
  name: string
  labels: Record<string, string>
  temporality: string
  points: [timeMs: number, value: number | string][]
}

/** The samples of all series that a selector takes, between two moments (both included). Errors: TOO_MUCH. */
export async function loadSeries(
  reader: StoreReader,
  tenant: string,
  selector: Selector,
  range: { fromMs: number; toMs: number },
  signal: AbortSignal,
): Promise<{ series: StoredSeries[]; cost: StoreCost }> {
  const { sql, params } = conditionOf(selector.matchers)
  const chosen = `SELECT Fingerprint, any(MetricName) AS name, anyLast(Labels) AS labels, anyLast(Temporality) AS temporality
    FROM metric_series WHERE Tenant = {tenant:String} AND ${sql} GROUP BY Fingerprint LIMIT ${maxSeries + 1}`
  const statement = `WITH chosen AS (${chosen})
    SELECT name, labels, temporality, points FROM chosen INNER JOIN (
      SELECT Fingerprint, arraySort(p -> p.1, groupArray((toUnixTimestamp64Milli(Timestamp), Value))) AS points
      FROM metric_samples
      WHERE Tenant = {tenant:String} AND Fingerprint IN (SELECT Fingerprint FROM chosen)
        AND Timestamp >= fromUnixTimestamp64Milli({from:Int64}) AND Timestamp <= fromUnixTimestamp64Milli({to:Int64})
      GROUP BY Fingerprint
    ) AS s USING (Fingerprint)`
  const values = { ...params, tenant, from: Math.floor(range.fromMs), to: Math.ceil(range.toMs) }
  const { rows, cost } = await reader.rows<SeriesRow>(statement, values, signal)
  refuseTooMuch(rows)
  return { series: rows.map(toSeries), cost }
}

function refuseTooMuch(rows: readonly SeriesRow[]): void {
  const samples = rows.reduce((total, row) => total + row.points.length, 0)
  if (rows.length > maxSeries || samples > maxSamples)
    throw new OperatingError(
      'TOO_MUCH',
      `the selector takes ${rows.length} series with ${samples} samples, at most ${maxSeries} and ${maxSamples} are possible: add a label or shorten the range`,
    )
}

/** `__name__` is a column of its own; every other name is a label, '' where a series lacks it. */
export function conditionOf(matchers: readonly LabelMatch[]): { sql: string; params: SqlParams } {
  const params: Record<string, string> = {}
  const conditions = matchers.map(({ name, operator, value }, i) => {
    if (name !== '__name__') params[`name${i}`] = name
    const column = name === '__name__' ? 'MetricName' : `Labels[{name${i}:String}]`
    params[`value${i}`] = operator.endsWith('~') ? wholeRegex(value).forClickHouse() : value
    const parameter = `{value${i}:String}`
    if (operator === '=') return `${column} = ${parameter}`
    if (operator === '!=') return `${column} != ${parameter}`
    return `${operator === '!~' ? 'NOT ' : ''}match(${column}, ${parameter})`
  })
  return { sql: conditions.join(' AND '), params }
}

function toSeries(row: SeriesRow): StoredSeries {
  const timesMs = new Float64Array(row.points.length)
  const values = new Float64Array(row.points.length)
  for (const [i, [timeMs, value]] of row.points.entries()) {
    timesMs[i] = Number(timeMs)
    values[i] = toNumber(value)
  }
  return {
    labels: { __name__: row.name, ...row.labels },
    delta: row.temporality === 'delta',
    samples: { timesMs, values },
  }
}

/** Infinities and NaN come as text. */
function toNumber(value: number | string): number {
  if (typeof value === 'number') return value
  if (/inf/i.test(value)) return value.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  return Number(value)
}
