import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { isLoopback } from '../loopback.ts'
import { type StoreConfig, storePassword } from '../password.ts'

export interface StoreClientOptions {
  /** Requests at once; further ones wait. */
  maxOpenConnections?: number
  requestTimeoutMs?: number
  /** Shown in a server's query log. */
  application?: string
  /** A database other than the configured one. */
  database?: string
}

/**
 * In a cluster: an insert is answered when its shard has it, on most of its replicas; a subquery over a distributed table
 * is asked once, and its answer sent along.
 */
const clusterSettings = {
  distributed_foreground_insert: 1,
  insert_quorum: 'auto',
  distributed_product_mode: 'global',
} as const

/**
 * The one client of the store, whichever server it is. It prints nothing: whoever uses it logs what matters.
 * Errors: PASSWORD_UNREADABLE.
 */
export async function createStoreClient(
  config: StoreConfig,
  options: StoreClientOptions = {},
): Promise<ClickHouseClient> {
  const { url, username, database } = config.clickhouse
  const compress = !isLoopback(url)
  return createClient({
    url,
    username,
    password: await storePassword(config),
    database: options.database ?? database,
    application: options.application ?? 'millrace',
    max_open_connections: options.maxOpenConnections ?? 10,
    request_timeout: options.requestTimeoutMs ?? 120_000,
    ...(config.clickhouse.cluster === null ? {} : { clickhouse_settings: clusterSettings }),
    // on one machine compressing costs more than it saves (docs/decisions/store-client.md)
    compression: { request: compress, response: compress },
    // below the servers' own idle time (3 s and more), so that no request meets a socket just closed
    keep_alive: { enabled: true, idle_socket_ttl: 2_500, eagerly_destroy_stale_sockets: true },
    log: { level: ClickHouseLogLevel.OFF },
  })
}
