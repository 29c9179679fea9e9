import { Readable } from 'node:stream'
import { type ClickHouseClient, drainStream } from '@clickhouse/client'
import type { TableName } from '../schema.ts'

export interface InsertOptions {
  signal?: AbortSignal
}

/**
 * Inserts one Native block so that repeating it with the same token does nothing. The block must be the same each time:
 * a block that spans several partitions lands part by part, and the token covers each part.
 * Errors: ClickHouseError and the client's connection errors, as they are.
 */
export async function insertNative(
  client: ClickHouseClient,
  table: TableName,
  block: Buffer | readonly Buffer[],
  token: string,
  options: InsertOptions = {},
): Promise<void> {
  const chunks = Buffer.isBuffer(block) ? [block] : block
  const { stream } = await client.exec({
    query: `INSERT INTO ${table} FORMAT Native`,
    values: Readable.from(chunks, { objectMode: false }),
    ...(options.signal === undefined ? {} : { abort_signal: options.signal }),
    clickhouse_settings: {
      // 1 by default since 26.x, and then tokens are not honoured
      async_insert: 0,
      insert_deduplicate: 1,
      insert_deduplication_token: token,
      deduplicate_blocks_in_dependent_materialized_views: 1,
      // lines with times spread over many days are unusual but no error
      max_partitions_per_insert_block: '0',
    },
  })
  await drainStream(stream)
}
