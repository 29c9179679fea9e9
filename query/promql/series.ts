import { wholeRegex } from '../../lib/logql/index.ts'
import type { SqlParams, StoreAnswer, StoreCost, StoreReader } from '../store-reader.ts'
import type { LabelMatch, Selector } from './ast.ts'
import { histogramPoint } from './native/stored.ts'
import { type HistogramRow, SeriesGathering, type SeriesRow } from './series-gathering.ts'
import { maxSeries, refuseTooMuch, sizeOf } from './series-limits.ts'
import { eachStoredSamples } from './stored-samples.ts'
import { inOrder, type StoredSeries } from './stored-series.ts'

/** What was read. */
export interface Loaded {
  series: number
  /** With what histograms take in place of numbers. */
  samples: number
  cost: StoreCost
}

/** The samples of all series that a selector takes, between two moments (both included), by labels. Errors: TOO_MUCH. */
export async function loadSeries(
  reader: StoreReader,
  tenant: string,
  selector: Selector,
  range: { fromMs: number; toMs: number },
  signal: AbortSignal,
): Promise<Loaded & { list: StoredSeries[] }> {
  const list: StoredSeries[] = []
  let held = 0
  const loaded = await eachSeries(reader, tenant, selector, range, signal, series => {
    for (const one of series) held += sizeOf(one)
    refuseTooMuch(list.length, held)
    list.push(...series)
  })
  return { ...loaded, list: inOrder(list) }
}

/**
 * Hands over the series that a selector takes with their samples between two moments (both included), some at a time, each once and as a
 * whole, in any order: what of one is not needed any more need not be kept. Errors: TOO_MUCH.
 */
export async function eachSeries(
  reader: StoreReader,
  tenant: string,
  selector: Selector,
  range: { fromMs: number; toMs: number },
  signal: AbortSignal,
  take: (series: StoredSeries[]) => void,
): Promise<Loaded> {
  const { sql, params } = conditionOf(selector.matchers)
  const asked = { ...params, tenant, from: Math.floor(range.fromMs), to: Math.ceil(range.toMs) }
  const chosen = `FROM metric_series WHERE Tenant = {tenant:String} AND ${sql} GROUP BY Fingerprint
    HAVING max(LastSeen) >= fromUnixTimestamp64Milli({from:Int64}) AND min(FirstSeen) <= fromUnixTimestamp64Milli({to:Int64})
    LIMIT ${maxSeries + 1}`
  const named = await reader.rows<NamedRow>(
    `SELECT toString(Fingerprint) AS id, any(MetricName) AS name, anyLast(Labels) AS labels, anyLast(Temporality) AS temporality,
      (${anyHistograms}) AS histograms ${chosen}`,
    asked,
    signal,
  )
  if (named.rows.length === 0) return { series: 0, samples: 0, cost: named.cost }
  const all = { sql: `Fingerprint IN (SELECT Fingerprint ${chosen})`, params: asked }
  const those = samplesOf(named.rows.length > maxNamed ? all : byId(named.rows, asked))
  const native = await histogramsOf(reader, named.rows, those, signal)
  const gathering = new SeriesGathering(named.rows, native.rows, take)
  const cost = await eachStoredSamples(reader, those, range, signal, series => {
    gathering.add(series)
    return Promise.resolve()
  })
  gathering.end()
  const { series, samples } = gathering
  return { series, samples, cost: sumOfCosts([named.cost, native.cost, cost]) }
}

/** Parameters travel in an address, which may not be longer than the head of a request. */
const maxNamed = 100

interface NamedRow extends SeriesRow {
  histograms: number
}

interface Condition {
  sql: string
  params: SqlParams
}

/** Whether the tenant has any in these days: mostly there are none, and they need not be asked for. */
const anyHistograms = `SELECT count() FROM (SELECT 1 FROM metric_histograms WHERE Tenant = {tenant:String}
        AND toDate(Timestamp) >= toDate(fromUnixTimestamp64Milli({from:Int64}))
        AND toDate(Timestamp) <= toDate(fromUnixTimestamp64Milli({to:Int64})) LIMIT 1)`

/** Few series need not be looked for again. */
function byId(
  rows: readonly SeriesRow[],
  { tenant, from, to }: { tenant: string; from: number; to: number },
): Condition {
  const params = { tenant, from, to, ids: rows.map(({ id }) => BigInt(id)) }
  return { sql: 'Fingerprint IN {ids:Array(UInt64)}', params }
}

function samplesOf({ sql, params }: Condition): { condition: string; params: SqlParams } {
  const condition = `Tenant = {tenant:String} AND ${sql}
        AND Timestamp >= fromUnixTimestamp64Milli({from:Int64}) AND Timestamp <= fromUnixTimestamp64Milli({to:Int64})`
  return { condition, params }
}

async function histogramsOf(
  reader: StoreReader,
  named: readonly NamedRow[],
  { condition, params }: { condition: string; params: SqlParams },
  signal: AbortSignal,
): Promise<StoreAnswer<HistogramRow>> {
  if (!named.some(({ histograms }) => Number(histograms) > 0))
    return { rows: [], cost: { rows: 0, bytes: 0 } }
  return await reader.rows<HistogramRow>(
    `SELECT toString(Fingerprint) AS id, arraySort(p -> p.1, groupArray(${histogramPoint})) AS histograms
      FROM metric_histograms WHERE ${condition} GROUP BY Fingerprint`,
    params,
    signal,
  )
}

function sumOfCosts(costs: readonly StoreCost[]): StoreCost {
  return costs.reduce((a, b) => ({ rows: a.rows + b.rows, bytes: a.bytes + b.bytes }), { rows: 0, bytes: 0 })
}

/** `__name__` is a column of its own; every other name is a label, '' where a series lacks it. */
export function conditionOf(
  matchers: readonly LabelMatch[],
  prefix = '',
): { sql: string; params: SqlParams } {
  const params: Record<string, string> = {}
  const conditions = matchers.map(({ name, operator, value }, i) => {
    if (name !== '__name__') params[`${prefix}name${i}`] = name
    const column = name === '__name__' ? 'MetricName' : `Labels[{${prefix}name${i}:String}]`
    params[`${prefix}value${i}`] = operator.endsWith('~') ? wholeRegex(value).forClickHouse() : value
    const parameter = `{${prefix}value${i}:String}`
    if (operator === '=') return `${column} = ${parameter}`
    if (operator === '!=') return `${column} != ${parameter}`
    return `${operator === '!~' ? 'NOT ' : ''}match(${column}, ${parameter})`
  })
  return { sql: conditions.join(' AND '), params }
}
