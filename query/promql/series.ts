import { OperatingError } from '../../lib/base/index.ts'
import { wholeRegex } from '../../lib/logql/index.ts'
import type { SqlParams, StoreCost, StoreReader } from '../store-reader.ts'
import type { LabelMatch, Selector } from './ast.ts'
import type { HistogramSamples, Samples } from './functions/window.ts'
import { type HistogramPoint, histogramPoint, isStalePoint, toHistogram } from './native/stored.ts'
import { toNumber } from './number.ts'

export interface StoredSeries {
  labels: Record<string, string>
  delta: boolean
  samples: Samples
  histograms?: HistogramSamples
  /** Moments at which the series ended, rising; samples after one begin it anew. */
  staleMs: Float64Array
  /** How far an instant selector looks back, where it is not as far as usual. */
  lookbackMs?: number
}

export const maxSeries = 10_000
export const maxSamples = 5_000_000
/** About what a histogram takes in place of a number. */
const samplesPerHistogram = 40
/** Prometheus' staleness marker by its bits. */
const valueOrStale = 'if(reinterpretAsUInt64(Value) = 0x7ff0000000000002, NULL, Value)'

interface SeriesRow {
  name: string
  labels: Record<string, string>
  temporality: string
  /** null is a staleness marker: JSON has one NaN only. */
  points: [timeMs: number, value: number | string | null][]
  histograms: HistogramPoint[]
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
  const between = `Tenant = {tenant:String} AND Fingerprint IN (SELECT Fingerprint FROM chosen)
        AND Timestamp >= fromUnixTimestamp64Milli({from:Int64}) AND Timestamp <= fromUnixTimestamp64Milli({to:Int64})`
  const statement = `WITH chosen AS (${chosen})
    SELECT name, labels, temporality, points, histograms FROM chosen LEFT JOIN (
      SELECT Fingerprint, arraySort(p -> p.1, groupArray((toUnixTimestamp64Milli(Timestamp), ${valueOrStale}))) AS points
      FROM metric_samples WHERE ${between} GROUP BY Fingerprint
    ) AS s USING (Fingerprint) LEFT JOIN (
      SELECT Fingerprint, arraySort(p -> p.1, groupArray(${histogramPoint})) AS histograms
      FROM metric_histograms WHERE ${between} GROUP BY Fingerprint
    ) AS h USING (Fingerprint)
    WHERE notEmpty(points) OR notEmpty(histograms)`
  const values = { ...params, tenant, from: Math.floor(range.fromMs), to: Math.ceil(range.toMs) }
  const { rows, cost } = await reader.rows<SeriesRow>(statement, values, signal)
  refuseTooMuch(rows.length, samplesOf(rows))
  return { series: inOrder(rows.map(toSeries)), cost }
}

/** By labels, so that what is chosen among equals is the same whenever it is asked for. */
function inOrder(series: readonly StoredSeries[]): StoredSeries[] {
  const keyed = series.map(one => ({ one, key: orderKey(one.labels) }))
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ one }) => one)
}

/** Names and values with what sorts before every letter behind each: the order of `compareLabels`. */
function orderKey(labels: Readonly<Record<string, string>>): string {
  return Object.keys(labels)
    .sort()
    .map(name => `${name}\0${labels[name]}\0`)
    .join('')
}

/** Errors: TOO_MUCH. */
export function refuseTooMuch(series: number, samples: number): void {
  if (series > maxSeries || samples > maxSamples)
    throw new OperatingError(
      'TOO_MUCH',
      `the selector takes ${series} series with ${samples} samples, at most ${maxSeries} and ${maxSamples} are possible: add a label or shorten the range`,
    )
}

function samplesOf(rows: readonly SeriesRow[]): number {
  return rows.reduce(
    (total, row) => total + row.points.length + row.histograms.length * samplesPerHistogram,
    0,
  )
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

/** A series may have had numbers and then histograms, or the other way round. */
function toSeries(row: SeriesRow): StoredSeries {
  const numbers = row.points.filter(([, value]) => value !== null)
  const found = row.histograms.filter(point => !isStalePoint(point))
  const stale = [
    ...timesOf(row.points, ([, value]) => value === null),
    ...timesOf(row.histograms, isStalePoint),
  ]
  return {
    labels: { __name__: row.name, ...row.labels },
    delta: row.temporality === 'delta',
    samples: {
      timesMs: Float64Array.from(numbers, ([timeMs]) => Number(timeMs)),
      values: Float64Array.from(numbers, ([, value]) => toNumber(value ?? Number.NaN)),
    },
    staleMs: Float64Array.from(stale).sort(),
    ...(found.length === 0
      ? {}
      : { histograms: { timesMs: timesOf(found, () => true), values: found.map(toHistogram) } }),
  }
}

function timesOf<P extends readonly [timeMs: number, ...unknown[]]>(
  points: readonly P[],
  isWanted: (point: P) => boolean,
): Float64Array {
  return Float64Array.from(points.filter(isWanted), ([timeMs]) => Number(timeMs))
}
