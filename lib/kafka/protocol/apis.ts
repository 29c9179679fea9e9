import { apiVersions } from '../messages/api-versions.ts'
import { createTopics } from '../messages/create-topics.ts'
import { deleteTopics } from '../messages/delete-topics.ts'
import { describeCluster } from '../messages/describe-cluster.ts'
import { describeConfigs } from '../messages/describe-configs.ts'
import { describeGroups } from '../messages/describe-groups.ts'
import { describeProducers } from '../messages/describe-producers.ts'
import { fetch } from '../messages/fetch.ts'
import { findCoordinator } from '../messages/find-coordinator.ts'
import { heartbeat } from '../messages/heartbeat.ts'
import { initProducerId } from '../messages/init-producer-id.ts'
import { joinGroup } from '../messages/join-group.ts'
import { leaveGroup } from '../messages/leave-group.ts'
import { listGroups } from '../messages/list-groups.ts'
import { listOffsets } from '../messages/list-offsets.ts'
import { metadata } from '../messages/metadata.ts'
import { offsetCommit } from '../messages/offset-commit.ts'
import { offsetDelete } from '../messages/offset-delete.ts'
import { offsetFetch } from '../messages/offset-fetch.ts'
import { produce } from '../messages/produce.ts'
import { syncGroup } from '../messages/sync-group.ts'
import type { Api } from '../schema/api.ts'

/** Every API we have a schema of. A new one is a file in `messages/` and a line here. */
export const apis = {
  produce,
  fetch,
  listOffsets,
  metadata,
  offsetCommit,
  offsetFetch,
  findCoordinator,
  joinGroup,
  heartbeat,
  leaveGroup,
  syncGroup,
  describeGroups,
  listGroups,
  apiVersions,
  createTopics,
  deleteTopics,
  initProducerId,
  describeConfigs,
  offsetDelete,
  describeCluster,
  describeProducers,
}

/** API keys by name, as in Kafka's protocol guide. */
export const apiKeys: Readonly<Record<string, number>> = Object.fromEntries(
  Object.values(apis).map(api => [api.name, api.key]),
)

const byKey: (Api | undefined)[] = []
for (const api of Object.values(apis)) byKey[api.key] = api as unknown as Api

/** The API with a key, undefined for one we have no schema of. */
export function apiByKey(key: number): Api | undefined {
  return byKey[key]
}
