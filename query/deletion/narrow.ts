import type { ClickHouseClient } from '@clickhouse/client'
import { unlogged } from '../../store/index.ts'

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
  const answer = await store.query({
    query: `SELECT DISTINCT toString(TopicOffset) AS offset FROM deleted_rows WHERE DeletionId = {id:String} LIMIT ${maxOffsets + 1}`,
    query_params: { id },
    clickhouse_settings: unlogged,
    format: 'JSONEachRow',
  })
  const rows = await answer.json<{ offset: string }>()
  if (rows.length === 0 || rows.length > maxOffsets) return lines
  const offsets = rows.map(({ offset }) => BigInt(offset))
  return {
    sql: `TopicOffset IN {narrowOffsets:Array(UInt64)} AND ${lines.sql}`,
    params: { ...lines.params, narrowOffsets: offsets },
  }
}
