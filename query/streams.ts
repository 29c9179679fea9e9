import type { LogQuery } from '../lib/logql/index.ts'
import { lineBytes } from '../store/index.ts'
import { answeredByRollup } from './answered-by-rollup.ts'
import { toSql } from './logql-sql.ts'
import { timeRangeOf } from './range.ts'
import { shapesFor } from './read-shapes.ts'
import { type LogRollup, logRollups, type Piece, piecesOf } from './rollup-pieces.ts'
import type { SqlParams, StoreReader } from './store-reader.ts'

/** The columns that tell streams apart: the dimensions of the rollup of lines. */
export const streamColumns = ['ServiceName', 'Host', 'Level'] as const
export type StreamColumn = (typeof streamColumns)[number]

export interface StreamSearch {
  query: LogQuery
  tenant: string
  startNs: bigint
  endNs: bigint
  /** What streams are kept apart by. */
  by: readonly StreamColumn[]
  /** Then each step of the range is counted by itself, `bucket` being its beginning in milliseconds. */
  stepMs?: number
}

export interface StreamSource {
  /** A table expression with the columns asked for, `bucket` where there are steps, `lines` and `bytes`. */
  sql: string
  params: SqlParams
}

/** Hours, and what is left at both ends in minutes and ten seconds. */
const coarse = logRollups.filter(({ windowMs }) => windowMs !== 300_000)

/**
 * Lines and their bytes per stream: whole windows from the rollups where the query asks for service, host and level alone,
 * the ragged ends, or else everything, from the lines. Undefined where the range is empty.
 */
export async function streamSource(
  reader: StoreReader,
  search: StreamSearch,
  signal: AbortSignal,
): Promise<StreamSource | undefined> {
  const pieces = piecesOf(search, tablesFor(search))
  if (pieces.length === 0) return undefined
  const condition = toSql(search.query, await shapesFor(reader, search, signal))
  const params: SqlParams = { ...condition.params, tenant: search.tenant }
  if (search.stepMs !== undefined) params['step'] = search.stepMs
  const keys = [...search.by, ...(search.stepMs === undefined ? [] : ['bucket'])]
  const selects = pieces.map((piece, i) => selectOf(piece, i, search, condition.sql, params))
  // of what was deleted rollups have windows that count nothing
  const grouped = keys.length === 0 ? '' : ` GROUP BY ${keys.join(', ')} HAVING lines > 0`
  const columns = [...keys, 'sum(n) AS lines', 'sum(b) AS bytes'].join(', ')
  return { sql: `(SELECT ${columns} FROM (${selects.join(' UNION ALL ')})${grouped})`, params }
}

function tablesFor({ query, stepMs }: StreamSearch): readonly LogRollup[] {
  if (!answeredByRollup(query)) return []
  if (stepMs === undefined) return coarse
  return logRollups.filter(({ windowMs }) => stepMs % windowMs === 0).slice(0, 1)
}

function selectOf(
  piece: Piece,
  i: number,
  { by, stepMs }: StreamSearch,
  condition: string,
  params: SqlParams,
): string {
  params[`start${i}`] = piece.startNs
  params[`end${i}`] = piece.endNs
  const isLines = piece.table === 'otel_logs'
  const range = isLines
    ? timeRangeOf(`start${i}`, `end${i}`)
    : `Tenant = {tenant:String} AND Window >= fromUnixTimestamp64Nano({start${i}:Int64})
      AND Window < fromUnixTimestamp64Nano({end${i}:Int64})`
  const ms = isLines ? 'toUnixTimestamp64Milli(Timestamp)' : 'toUnixTimestamp(Window) * 1000'
  const bucket = `toUInt64(intDiv(${ms}, {step:UInt64})) * {step:UInt64} AS bucket`
  const keys = [...by, ...(stepMs === undefined ? [] : ['bucket'])]
  const columns = [...by, ...(stepMs === undefined ? [] : [bucket])]
  const counts = isLines ? ['count() AS n', `sum(${lineBytes}) AS b`] : ['sum(Lines) AS n', 'sum(Bytes) AS b']
  return `SELECT ${[...columns, ...counts].join(', ')} FROM ${piece.table}
    WHERE ${range} AND ${condition}${keys.length === 0 ? '' : ` GROUP BY ${keys.join(', ')}`}`
}
