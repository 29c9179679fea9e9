import {
  type ClickHouseClient,
  type ClickHouseClientConfigOptions,
  ClickHouseLogLevel,
  createClient,
} from '@clickhouse/client'
import { isLoopback } from '../loopback.ts'
import { type StoreConfig, storePassword } from '../password.ts'
import { clusterSettings } from './cluster.ts'

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
 * The one client of the store, whichever server it is. It prints nothing: whoever uses it logs what matters.
 * Errors: PASSWORD_UNREADABLE; of a cluster, which is asked for its replicas, CLUSTER_UNKNOWN and the client's own.
 */
export async function createStoreClient(
  config: StoreConfig,
  options: StoreClientOptions = {},
): Promise<ClickHouseClient> {
  const { url, username, database, cluster } = config.clickhouse
  const compress = !isLoopback(url)
  const made: ClickHouseClientConfigOptions = {
    url,
    username,
    password: await storePassword(config),
    database: options.database ?? database,
    application: options.application ?? 'millrace',
    max_open_connections: options.maxOpenConnections ?? 10,
    request_timeout: options.requestTimeoutMs ?? 120_000,
    // on one machine compressing costs more than it saves (docs/decisions/store-client.md)
    compression: { request: compress, response: compress },
    // below the servers' own idle time (3 s and more), so that no request meets a socket just closed
    keep_alive: { enabled: true, idle_socket_ttl: 2_500, eagerly_destroy_stale_sockets: true },
    log: { level: ClickHouseLogLevel.OFF },
  }
  if (cluster === null) return createClient(made)
  const asking = createClient({ ...made, database: 'default' })
  try {
    return createClient({ ...made, clickhouse_settings: await clusterSettings(asking, cluster, url) })
  } finally {
    await asking.close()
  }
}
