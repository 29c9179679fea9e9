import { randomUUID } from 'node:crypto'
import type { ClickHouseClient } from '@clickhouse/client'

export interface DeletionNote {
  tenant: string
  /** Who: a user and host, or the role that did it. */
  by: string
  /** LogQL; '' where whole days go. */
  query: string
  reason: string
  nowMs: number
}

/** Keeps out of a server's log of queries what names that which is to be forgotten. */
export const unlogged = { log_queries: 0 } as const

type Params = Record<string, unknown>

/** Lines that follow one another are one run; else each is one. */
const runs = `if(max(TopicIndex) - min(TopicIndex) + 1 = count(), [(min(TopicIndex), count(), sum(length(Original)))],
    arrayMap(line -> (line.1, 1, line.2), arraySort(groupArray((TopicIndex, length(Original))))))`

/**
 * Writes down which rows of otel_logs are about to go: of each record how many, and which, unless all of a day goes. To be
 * called before they go, so that nothing is ever missing without a word; where they did not go after all, the note does no
 * harm. `days` as in 2026-01-31: noted one after the other, so that memory is bounded by the lines of one. Answers its id.
 */
export async function noteDeletion(
  client: ClickHouseClient,
  note: DeletionNote,
  condition: { sql: string; params: Params },
  days?: readonly string[],
): Promise<string> {
  const id = randomUUID()
  const insert = async (which: string, sql: string, params: Params) =>
    await client.command({
      query: `INSERT INTO deleted_rows (DeletionId, Topic, TopicPartition, TopicOffset, Rows, Runs)
        SELECT {deletion:String}, Topic, TopicPartition, TopicOffset, count(), ${which}
        FROM otel_logs WHERE ${sql} GROUP BY Topic, TopicPartition, TopicOffset`,
      query_params: { ...params, deletion: id },
      clickhouse_settings: { async_insert: 0, ...unlogged },
    })
  if (days === undefined) await insert('[]', condition.sql, condition.params)
  for (const day of days ?? [])
    await insert(runs, `toDate(Timestamp) = {day:Date} AND ${condition.sql}`, { ...condition.params, day })
  // selected, since the store takes no other inserts while its disk is full, and then deleting is what makes room
  await client.command({
    query: `INSERT INTO deletions SELECT {id:String}, {tenant:String}, fromUnixTimestamp64Milli({at:Int64}), {by:String},
      {query:String}, {reason:String}, sum(Rows) FROM deleted_rows WHERE DeletionId = {id:String}`,
    query_params: {
      id,
      at: note.nowMs,
      tenant: note.tenant,
      by: note.by,
      query: note.query,
      reason: note.reason,
    },
    clickhouse_settings: { async_insert: 0 },
  })
  return id
}
