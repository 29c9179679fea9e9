import type { ClickHouseClient, ClickHouseSettings } from '@clickhouse/client'
import { OperatingError } from '../../lib/base/index.ts'

/** Less than a request is given, so that the server says that a replica lags and not only that time is over. */
const quorumTimeoutMs = 60_000

/**
 * What statements run with in a cluster: an insert is answered when its shard has it, on most of its replicas; a subquery over
 * a distributed table is asked once, and its answer sent along.
 *
 * Errors: CLUSTER_UNKNOWN; the client's own.
 */
export async function clusterSettings(
  client: ClickHouseClient,
  cluster: string,
  url: string,
): Promise<ClickHouseSettings> {
  const replicas = await replicasOfShards(client, cluster)
  if (replicas.length === 0) throw unknownCluster(cluster, url)
  return {
    distributed_foreground_insert: 1,
    distributed_product_mode: 'global',
    insert_quorum: String(quorumOf(replicas)),
    insert_quorum_timeout: quorumTimeoutMs,
  }
}

/**
 * Of how many replicas an insert must be known: most of the smallest shard's, by its numbers of replicas per shard. ClickHouse's own `auto`
 * waits for another replica even where a shard has but one, and counts replicas that were given up but are still registered.
 * 0 where no other replica is to be waited for.
 *
 * @example
 * quorumOf([3, 3]) // => 2
 * quorumOf([1]) // => 0
 */
export function quorumOf(replicas: readonly number[]): number {
  const fewest = Math.min(...replicas)
  return fewest < 2 ? 0 : Math.floor(fewest / 2) + 1
}

async function replicasOfShards(client: ClickHouseClient, cluster: string): Promise<number[]> {
  const answer = await client.query({
    query: `SELECT toUInt32(count()) AS replicas FROM system.clusters WHERE cluster = {cluster:String} GROUP BY shard_num`,
    query_params: { cluster },
    format: 'JSONEachRow',
  })
  return (await answer.json<{ replicas: number }>()).map(({ replicas }) => replicas)
}

function unknownCluster(cluster: string, url: string): OperatingError {
  const message = `clickhouse.cluster: the server at ${url} knows no cluster ${JSON.stringify(cluster)}: name one of its system.clusters, or leave the key out where there is one server`
  return new OperatingError('CLUSTER_UNKNOWN', message)
}
