import type { ClickHouseClient, DataFormat, QueryParams, ResultSet } from '@clickhouse/client'

/**
 * A query that ends when the signal is aborted, at any time: the client's own `abort_signal` works only until the
 * answer's headers have come; after that the result must be closed, which closes the socket and so ends the query.
 */
export async function queryAbortable<Format extends DataFormat>(
  client: ClickHouseClient,
  query: QueryParams & { format: Format },
  signal: AbortSignal,
): Promise<ResultSet<Format>> {
  signal.throwIfAborted()
  const result = (await client.query({ ...query, abort_signal: signal })) as ResultSet<Format>
  signal.addEventListener('abort', () => result.close(), { once: true })
  if (signal.aborted) result.close()
  return result
}
