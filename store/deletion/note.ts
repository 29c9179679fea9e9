import { randomUUID } from 'node:crypto'
import type { ClickHouseClient } from '@clickhouse/client'

export interface DeletionNote {
  tenant: string
  /** Who: a user and host, or the role that did it. */
  by: string
  /** LogQL; '' where whole days go. */
  query: string
  reason: string
  rows: number
  nowMs: number
}

type Params = Record<string, unknown>

/**
 * Writes down which rows of otel_logs are about to go: of each record how many. To be called before they go, so that nothing
 * is ever missing without a word; where they did not go after all, the note does no harm.
 */
export async function noteDeletion(
  client: ClickHouseClient,
  note: DeletionNote,
  condition: { sql: string; params: Params },
): Promise<void> {
  const id = randomUUID()
  await client.command({
    query: `INSERT INTO deleted_rows SELECT {deletion:String}, Topic, TopicPartition, TopicOffset, count()
      FROM otel_logs WHERE ${condition.sql} GROUP BY Topic, TopicPartition, TopicOffset`,
    query_params: { ...condition.params, deletion: id },
    clickhouse_settings: { async_insert: 0 },
  })
  // selected, since the store takes no other inserts while its disk is full, and then deleting is what makes room
  await client.command({
    query: `INSERT INTO deletions SELECT {id:String}, {tenant:String}, fromUnixTimestamp64Milli({at:Int64}), {by:String},
      {query:String}, {reason:String}, {rows:UInt64}`,
    query_params: {
      id,
      at: note.nowMs,
      tenant: note.tenant,
      by: note.by,
      query: note.query,
      reason: note.reason,
      rows: note.rows,
    },
    clickhouse_settings: { async_insert: 0 },
  })
}
