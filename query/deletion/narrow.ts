import type { ClickHouseClient } from '@clickhouse/client'
import { ask, type Condition } from './lines.ts'

/** Of more records than these, their offsets are no shorter way to lines than time is. */
const maxOffsets = 1_000

/**
 * Lines of ranges that are in the store as a whole, now: of one that is on its way the counts are still to come, and what comes
 * in later is not meant. The ledger is the last of a range.
 */
export async function takenIn(store: ClickHouseClient): Promise<Condition> {
  const ends = await ask<{ topic: string; partition: number; end: string }>(store, {
    sql: `SELECT Topic AS topic, TopicPartition AS partition, toString(max(NextOffset)) AS end FROM ledger
      GROUP BY topic, partition ORDER BY topic, partition`,
    params: {},
  })
  const params: Record<string, unknown> = {}
  const bounds = ends.map(({ topic, partition, end }, i) => {
    Object.assign(params, { [`topic${i}`]: topic, [`partition${i}`]: partition, [`end${i}`]: end })
    return `NOT (Topic = {topic${i}:String} AND TopicPartition = {partition${i}:UInt32} AND TopicOffset >= {end${i}:UInt64})`
  })
  return { sql: bounds.join(' AND ') || '1', params }
}

/**
 * The same lines, by the offsets of the records that were noted of them as well, where these are few: an index finds
 * parts without them, whereas a text has to be looked for in every line.
 */
export async function withinRecords(
  store: ClickHouseClient,
  id: string,
  lines: Condition,
): Promise<Condition> {
  const rows = await ask<{ offset: string }>(store, {
    sql: `SELECT DISTINCT toString(TopicOffset) AS offset FROM deleted_rows WHERE DeletionId = {id:String} LIMIT ${maxOffsets + 1}`,
    params: { id },
  })
  if (rows.length > maxOffsets) return lines
  return {
    sql: `TopicOffset IN {narrowOffsets:Array(UInt64)} AND ${lines.sql}`,
    params: { ...lines.params, narrowOffsets: rows.map(({ offset }) => BigInt(offset)) },
  }
}
