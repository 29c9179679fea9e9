import type { KafkaAdminClient } from '../client/index.ts'
import { apis } from '../index.ts'
import { expectDone } from './outcome.ts'

export interface ClusterDescription {
  clusterId: string
  /** Node id; -1 where there is none now. */
  controller: number
  brokers: { id: number; host: string; port: number; rack: string | null }[]
}

/** Who makes up the cluster. */
export async function describeCluster(client: KafkaAdminClient): Promise<ClusterDescription> {
  const answer = await client.request(apis.describeCluster, { includeClusterAuthorizedOperations: false })
  expectDone(answer.errorCode, answer.errorMessage, 'describing the cluster')
  return {
    clusterId: answer.clusterId,
    controller: answer.controllerId,
    brokers: answer.brokers.map(({ brokerId, host, port, rack }) => ({ id: brokerId, host, port, rack })),
  }
}
