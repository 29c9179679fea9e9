import type { LogQuery } from '../lib/logql/index.ts'
import { answeredByRollup } from './answered-by-rollup.ts'
import { type SqlCondition, toSql, whereSql } from './logql-sql.ts'
import { rangeParams, timeRangeOf } from './range.ts'
import { shapesFor } from './read-shapes.ts'
import { logRollups, type Piece, piecesOf } from './rollup-pieces.ts'
import type { StoreCost, StoreReader } from './store-reader.ts'

export interface HistogramSearch {
  query: LogQuery
  tenant: string
  startNs: bigint
  endNs: bigint
  stepMs: number
}

export interface Histogram {
  buckets: { start: string; counts: Record<string, number> }[]
  cost: StoreCost
  /** The rollup that answered; null where lines were counted. */
  rollup: string | null
}

const nsPerMs = 1_000_000n
/**
 * Lines per step and level. Where the query asks for nothing but service, host and level, whole windows of the range are
 * read from the coarsest rollup whose windows fit the step, and only the ragged ends from the lines: the same answer.
 */
export async function histogram(
  reader: StoreReader,
  search: HistogramSearch,
  signal: AbortSignal,
): Promise<Histogram> {
  const rollup = rollupFor(search)
  const pieces = piecesOf(search, rollup === undefined ? [] : [rollup])
  const condition = toSql(search.query, await shapesFor(reader, search, signal))
  const params: Record<string, bigint | string> = {}
  const selects = pieces.map((piece, i) => {
    params[`start${i}`] = piece.startNs
    params[`end${i}`] = piece.endNs
    return selectOf(piece, i, condition)
  })
  const sql = `SELECT bucket, level, sum(lines) AS count FROM (${selects.join(' UNION ALL ')})
    GROUP BY bucket, level ORDER BY bucket`
  const { rows, cost } = await reader.rows<{ bucket: number; level: string; count: number }>(
    sql,
    { ...condition.params, ...rangeParams(search), ...params, step: search.stepMs },
    signal,
  )
  const used = pieces.some(piece => piece.table !== 'otel_logs') ? (rollup?.table ?? null) : null
  return { buckets: fillBuckets(search, rows), cost, rollup: used }
}

function rollupFor({ query, stepMs }: HistogramSearch) {
  return answeredByRollup(query) ? logRollups.find(({ windowMs }) => stepMs % windowMs === 0) : undefined
}

function selectOf(piece: Piece, i: number, condition: SqlCondition): string {
  const step = '{step:UInt64}'
  if (piece.table === 'otel_logs')
    return `SELECT toUInt64(intDiv(toUnixTimestamp64Milli(Timestamp), ${step})) * ${step} AS bucket, Level AS level, count() AS lines
      FROM otel_logs ${whereSql(timeRangeOf(`start${i}`, `end${i}`), condition)}
      GROUP BY bucket, level`
  return `SELECT toUInt64(intDiv(toUnixTimestamp(Window) * 1000, ${step})) * ${step} AS bucket, Level AS level, sum(Lines) AS lines
    FROM ${piece.table} WHERE Tenant = {tenant:String}
      AND Window >= fromUnixTimestamp64Nano({start${i}:Int64}) AND Window < fromUnixTimestamp64Nano({end${i}:Int64})
      AND ${condition.sql} GROUP BY bucket, level`
}

/** Every bucket of the range, empty ones too. */
export function fillBuckets(
  search: HistogramSearch,
  rows: { bucket: number; level: string; count: number }[],
): Histogram['buckets'] {
  const counts = new Map<number, Record<string, number>>()
  const first = Math.floor(Number(search.startNs / nsPerMs) / search.stepMs) * search.stepMs
  const lastMs = Number((search.endNs - 1n) / nsPerMs)
  for (let bucket = first; bucket <= lastMs; bucket += search.stepMs) counts.set(bucket, {})
  for (const row of rows) {
    const levels = counts.get(Number(row.bucket))
    if (levels !== undefined && Number(row.count) > 0) levels[row.level] = Number(row.count)
  }
  return [...counts].map(([bucket, levels]) => ({ start: String(BigInt(bucket) * nsPerMs), counts: levels }))
}
