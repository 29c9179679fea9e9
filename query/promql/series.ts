import { OperatingError } from '../../lib/base/index.ts'
import { wholeRegex } from '../../lib/logql/index.ts'
import type { SqlParams, StoreCost, StoreReader } from '../store-reader.ts'
import type { LabelMatch, Selector } from './ast.ts'
import type { HistogramSamples, Samples } from './functions/window.ts'
import { type HistogramPoint, histogramPoint, isStalePoint, toHistogram } from './native/stored.ts'
import { inTimeOrder, type StoredSamples, storedSamples } from './stored-samples.ts'

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
interface SeriesRow {
  /** As text: it takes 64 bits. */
  id: string
  name: string
  labels: Record<string, string>
  temporality: string
}

interface HistogramRow {
  id: string
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
  const chosen = `FROM metric_series WHERE Tenant = {tenant:String} AND ${sql} GROUP BY Fingerprint
    HAVING max(LastSeen) >= fromUnixTimestamp64Milli({from:Int64}) AND min(FirstSeen) <= fromUnixTimestamp64Milli({to:Int64})
    LIMIT ${maxSeries + 1}`
  const condition = `Tenant = {tenant:String} AND Fingerprint IN (SELECT Fingerprint ${chosen})
        AND Timestamp >= fromUnixTimestamp64Milli({from:Int64}) AND Timestamp <= fromUnixTimestamp64Milli({to:Int64})`
  const values = { ...params, tenant, from: Math.floor(range.fromMs), to: Math.ceil(range.toMs) }
  const [described, numbers, native] = await Promise.all([
    reader.rows<SeriesRow>(
      `SELECT toString(Fingerprint) AS id, any(MetricName) AS name, anyLast(Labels) AS labels, anyLast(Temporality) AS temporality ${chosen}`,
      values,
      signal,
    ),
    storedSamples(reader, { condition, params: values }, range, signal),
    reader.rows<HistogramRow>(
      `SELECT toString(Fingerprint) AS id, arraySort(p -> p.1, groupArray(${histogramPoint})) AS histograms
      FROM metric_histograms WHERE ${condition} GROUP BY Fingerprint`,
      values,
      signal,
    ),
  ])
  const histograms = new Map(native.rows.map(row => [row.id, row.histograms]))
  const series = described.rows.flatMap(row => {
    const own = numbers.byFingerprint.get(BigInt(row.id))
    const points = histograms.get(row.id)
    return own === undefined && points === undefined ? [] : [toSeries(row, own, points ?? [])]
  })
  refuseTooMuch(described.rows.length, numbers.count + histogramSamples(native.rows))
  const cost = { rows: 0, bytes: 0 }
  for (const part of [described, numbers, native]) {
    cost.rows += part.cost.rows
    cost.bytes += part.cost.bytes
  }
  return { series: inOrder(series), cost }
}

/**
 * By labels, so that what is chosen among equals is the same whenever it is asked for. What was stored under two fingerprints is
 * one series where its labels are.
 */
function inOrder(series: readonly StoredSeries[]): StoredSeries[] {
  const keyed = series.map(one => ({ one, key: orderKey(one.labels) }))
  keyed.sort((a, b) => (a.key < b.key ? -1 : 1))
  const found: { one: StoredSeries; key: string }[] = []
  for (const { one, key } of keyed) {
    const before = found.at(-1)
    if (before?.key === key) before.one = joined(before.one, one)
    else found.push({ one, key })
  }
  return found.map(({ one }) => one)
}

function joined(one: StoredSeries, other: StoredSeries): StoredSeries {
  const both = (a: Float64Array, b: Float64Array) => Float64Array.from([...a, ...b])
  const histograms = [one, other].flatMap(({ histograms: own }) =>
    own === undefined ? [] : own.values.map((value, i) => ({ value, timeMs: own.timesMs[i] as number })),
  )
  histograms.sort((a, b) => a.timeMs - b.timeMs)
  return {
    ...one,
    samples: inTimeOrder({
      timesMs: both(one.samples.timesMs, other.samples.timesMs),
      values: both(one.samples.values, other.samples.values),
    }),
    staleMs: both(one.staleMs, other.staleMs).sort(),
    ...(histograms.length === 0
      ? {}
      : {
          histograms: {
            timesMs: Float64Array.from(histograms, ({ timeMs }) => timeMs),
            values: histograms.map(({ value }) => value),
          },
        }),
  }
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

function histogramSamples(rows: readonly HistogramRow[]): number {
  return rows.reduce((total, { histograms }) => total + histograms.length * samplesPerHistogram, 0)
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
function toSeries(
  { name, labels, temporality }: SeriesRow,
  own: StoredSamples | undefined,
  points: readonly HistogramPoint[],
): StoredSeries {
  const found = points.filter(point => !isStalePoint(point))
  const head = {
    labels: { __name__: name, ...labels },
    delta: temporality === 'delta',
    samples: own?.samples ?? { timesMs: new Float64Array(), values: new Float64Array() },
  }
  const staleMs = own?.staleMs ?? new Float64Array()
  if (points.length === 0) return { ...head, staleMs }
  return {
    ...head,
    staleMs: Float64Array.from([...staleMs, ...timesOf(points, isStalePoint)]).sort(),
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
