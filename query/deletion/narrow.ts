import type { ClickHouseClient } from '@clickhouse/client'
import { rollupWindows, unlogged } from '../../store/index.ts'

interface Condition {
  sql: string
  params: Record<string, unknown>
}

/** Of more records than these, their offsets are no shorter way to lines than time is. */
const maxOffsets = 1_000

/**
 * The same lines, by the offsets of the records that were noted of them as well, where these are few: an index finds
 * parts without them, whereas a text has to be looked for in every line.
 */
export async function withinRecords(
  store: ClickHouseClient,
  id: string,
  lines: Condition,
): Promise<Condition> {
  const rows = await ask<{ offset: string }>(
    store,
    `SELECT DISTINCT toString(TopicOffset) AS offset FROM deleted_rows WHERE DeletionId = {id:String} LIMIT ${maxOffsets + 1}`,
    id,
  )
  if (rows.length === 0 || rows.length > maxOffsets) return lines
  const offsets = rows.map(({ offset }) => BigInt(offset))
  return {
    sql: `TopicOffset IN {narrowOffsets:Array(UInt64)} AND ${lines.sql}`,
    params: { ...lines.params, narrowOffsets: offsets },
  }
}

/** The same lines, between the first and the last window that was noted of them: parts of other times are not looked at. */
export async function withinWindows(
  store: ClickHouseClient,
  id: string,
  lines: Condition,
): Promise<Condition> {
  const [row] = await ask<{ windows: string; first: string; last: string }>(
    store,
    `SELECT toString(count()) AS windows, toString(toUnixTimestamp(min(Window))) AS first, toString(toUnixTimestamp(max(Window))) AS last
      FROM deleted_counts WHERE DeletionId = {id:String} AND IsBegun = 0`,
    id,
  )
  if (row === undefined || row.windows === '0') return lines
  return {
    sql: `Timestamp >= fromUnixTimestamp({narrowFirst:UInt32}) AND Timestamp < fromUnixTimestamp({narrowEnd:UInt32}) AND ${lines.sql}`,
    params: {
      ...lines.params,
      narrowFirst: Number(row.first),
      narrowEnd: Math.min(lastS, Number(row.last) + rollupWindows[0].seconds),
    },
  }
}

/** Nothing is newer than what a DateTime holds. */
const lastS = 4_294_967_295

async function ask<T>(store: ClickHouseClient, query: string, id: string): Promise<T[]> {
  const asked = { query, query_params: { id }, clickhouse_settings: unlogged } as const
  return await (await store.query({ ...asked, format: 'JSONEachRow' })).json<T>()
}
