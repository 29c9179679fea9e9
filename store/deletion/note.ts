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
  await client.insert({
    table: 'deletions',
    values: [
      {
        Id: id,
        Tenant: note.tenant,
        DeletedAt: new Date(note.nowMs).toISOString().replace('T', ' ').slice(0, 23),
        DeletedBy: note.by,
        Query: note.query,
        Reason: note.reason,
        Rows: note.rows,
      },
    ],
    format: 'JSONEachRow',
    clickhouse_settings: { async_insert: 0 },
  })
}
