import type { ClickHouseClient } from '@clickhouse/client'
import { ask, type Condition } from './lines.ts'

/** Of more records than these, their offsets are no shorter way to lines than time is. */
const maxOffsets = 1_000

/**
 * The same lines, as far as they were noted: what came in since lies behind the last record that was noted of its partition.
 * Where these are few, by their offsets as well: an index finds parts without them, whereas a text has to be looked for in
 * every line.
 */
export async function withinRecords(
  store: ClickHouseClient,
  id: string,
  lines: Condition,
): Promise<Condition> {
  const ends = await ask<{ topic: string; partition: number; last: string }>(store, {
    sql: `SELECT Topic AS topic, TopicPartition AS partition, toString(max(TopicOffset)) AS last FROM deleted_rows
      WHERE DeletionId = {id:String} GROUP BY topic, partition ORDER BY topic, partition`,
    params: { id },
  })
  if (ends.length === 0) return { ...lines, sql: `0 AND ${lines.sql}` }
  const params: Record<string, unknown> = { ...lines.params }
  const bounds = ends.map(({ topic, partition, last }, i) => {
    Object.assign(params, { [`topic${i}`]: topic, [`partition${i}`]: partition, [`last${i}`]: last })
    return `(Topic = {topic${i}:String} AND TopicPartition = {partition${i}:UInt32} AND TopicOffset <= {last${i}:UInt64})`
  })
  const noted = { sql: `(${bounds.join(' OR ')}) AND ${lines.sql}`, params }
  const offsets = await fewOffsets(store, id)
  return offsets === undefined
    ? noted
    : {
        sql: `TopicOffset IN {narrowOffsets:Array(UInt64)} AND ${noted.sql}`,
        params: { ...params, narrowOffsets: offsets },
      }
}

async function fewOffsets(store: ClickHouseClient, id: string): Promise<bigint[] | undefined> {
  const rows = await ask<{ offset: string }>(store, {
    sql: `SELECT DISTINCT toString(TopicOffset) AS offset FROM deleted_rows WHERE DeletionId = {id:String} LIMIT ${maxOffsets + 1}`,
    params: { id },
  })
  return rows.length > maxOffsets ? undefined : rows.map(({ offset }) => BigInt(offset))
}
