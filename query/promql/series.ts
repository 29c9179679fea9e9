import { wholeRegex } from '../../lib/logql/index.ts'
import type { SqlParams, StoreCost, StoreReader } from '../store-reader.ts'
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
  const chosen = `FROM metric_series WHERE Tenant = {tenant:String} AND ${sql} GROUP BY Fingerprint
    HAVING max(LastSeen) >= fromUnixTimestamp64Milli({from:Int64}) AND min(FirstSeen) <= fromUnixTimestamp64Milli({to:Int64})
    LIMIT ${maxSeries + 1}`
  const condition = `Tenant = {tenant:String} AND Fingerprint IN (SELECT Fingerprint ${chosen})
        AND Timestamp >= fromUnixTimestamp64Milli({from:Int64}) AND Timestamp <= fromUnixTimestamp64Milli({to:Int64})`
  const asked = { ...params, tenant, from: Math.floor(range.fromMs), to: Math.ceil(range.toMs) }
  const named = reader.rows<SeriesRow>(
    `SELECT toString(Fingerprint) AS id, any(MetricName) AS name, anyLast(Labels) AS labels, anyLast(Temporality) AS temporality ${chosen}`,
    asked,
    signal,
  )
  const native = reader.rows<HistogramRow>(
    `SELECT toString(Fingerprint) AS id, arraySort(p -> p.1, groupArray(${histogramPoint})) AS histograms
      FROM metric_histograms WHERE ${condition} GROUP BY Fingerprint`,
    asked,
    signal,
  )
  const gathering = Promise.all([named, native]).then(
    ([one, other]) => new SeriesGathering(one.rows, other.rows, take),
  )
  const numbers = eachStoredSamples(reader, { condition, params: asked }, range, signal, async series =>
    (await gathering).add(series),
  )
  const [gathered, ...costs] = await Promise.all([
    gathering,
    named.then(({ cost }) => cost),
    native.then(({ cost }) => cost),
    numbers,
  ])
  gathered.end()
  return { series: gathered.series, samples: gathered.samples, cost: sumOfCosts(costs) }
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
