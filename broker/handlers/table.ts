import { handleProduce } from './00-produce.ts'
import { handleFetch } from './01-fetch.ts'
import { handleListOffsets } from './02-list-offsets.ts'
import { handleMetadata } from './03-metadata.ts'
import { handleOffsetCommit } from './08-offset-commit.ts'
import { handleOffsetFetch } from './09-offset-fetch.ts'
import { handleFindCoordinator } from './10-find-coordinator.ts'
import { handleJoinGroup } from './11-join-group.ts'
import { handleHeartbeat } from './12-heartbeat.ts'
import { handleLeaveGroup } from './13-leave-group.ts'
import { handleSyncGroup } from './14-sync-group.ts'
import { handleDescribeGroups } from './15-describe-groups.ts'
import { handleListGroups } from './16-list-groups.ts'
import { handleSaslHandshake } from './17-sasl-handshake.ts'
import { apiVersionsHandler } from './18-api-versions.ts'
import { handleCreateTopics } from './19-create-topics.ts'
import { handleDeleteTopics } from './20-delete-topics.ts'
import { handleDeleteRecords } from './21-delete-records.ts'
import { handleInitProducerId } from './22-init-producer-id.ts'
import { handleOffsetForLeaderEpoch } from './23-offset-for-leader-epoch.ts'
import { handleAddPartitionsToTxn } from './24-add-partitions-to-txn.ts'
import { handleAddOffsetsToTxn } from './25-add-offsets-to-txn.ts'
import { handleEndTxn } from './26-end-txn.ts'
import { handleWriteTxnMarkers } from './27-write-txn-markers.ts'
import { handleTxnOffsetCommit } from './28-txn-offset-commit.ts'
import { handleDescribeAcls } from './29-describe-acls.ts'
import { handleCreateAcls } from './30-create-acls.ts'
import { handleDeleteAcls } from './31-delete-acls.ts'
import { handleDescribeConfigs } from './32-describe-configs.ts'
import { handleAlterConfigs } from './33-alter-configs.ts'
import { handleAlterReplicaLogDirs } from './34-alter-replica-log-dirs.ts'
import { handleDescribeLogDirs } from './35-describe-log-dirs.ts'
import { handleSaslAuthenticate } from './36-sasl-authenticate.ts'
import { handleCreatePartitions } from './37-create-partitions.ts'
import { handleCreateDelegationToken } from './38-create-delegation-token.ts'
import { handleRenewDelegationToken } from './39-renew-delegation-token.ts'
import { handleExpireDelegationToken } from './40-expire-delegation-token.ts'
import { handleDescribeDelegationToken } from './41-describe-delegation-token.ts'
import { handleDeleteGroups } from './42-delete-groups.ts'
import { handleElectLeaders } from './43-elect-leaders.ts'
import { handleIncrementalAlterConfigs } from './44-incremental-alter-configs.ts'
import { handleAlterPartitionReassignments } from './45-alter-partition-reassignments.ts'
import { handleListPartitionReassignments } from './46-list-partition-reassignments.ts'
import { handleOffsetDelete } from './47-offset-delete.ts'
import { handleDescribeClientQuotas } from './48-describe-client-quotas.ts'
import { handleAlterClientQuotas } from './49-alter-client-quotas.ts'
import { handleDescribeUserScramCredentials } from './50-describe-user-scram-credentials.ts'
import { handleAlterUserScramCredentials } from './51-alter-user-scram-credentials.ts'
import { handleDescribeQuorum } from './55-describe-quorum.ts'
import { handleUpdateFeatures } from './57-update-features.ts'
import { handleDescribeCluster } from './60-describe-cluster.ts'
import { handleDescribeProducers } from './61-describe-producers.ts'
import { handleUnregisterBroker } from './64-unregister-broker.ts'
import { handleDescribeTransactions } from './65-describe-transactions.ts'
import { handleListTransactions } from './66-list-transactions.ts'
import { handleConsumerGroupHeartbeat } from './68-consumer-group-heartbeat.ts'
import { handleConsumerGroupDescribe } from './69-consumer-group-describe.ts'
import { handleListConfigResources } from './74-list-config-resources.ts'
import { handleDescribeTopicPartitions } from './75-describe-topic-partitions.ts'
import { handleShareGroupHeartbeat } from './76-share-group-heartbeat.ts'
import { handleShareGroupDescribe } from './77-share-group-describe.ts'
import { handleShareFetch } from './78-share-fetch.ts'
import { handleShareAcknowledge } from './79-share-acknowledge.ts'
import { handleDescribeShareGroupOffsets } from './90-describe-share-group-offsets.ts'
import { handleAlterShareGroupOffsets } from './91-alter-share-group-offsets.ts'
import { handleDeleteShareGroupOffsets } from './92-delete-share-group-offsets.ts'
import type { Handler } from './handler.ts'

/** Every API the broker speaks. A new one is a file here and a line in this table; ApiVersions then tells of it. */
export const handlers: readonly Handler[] = [
  handleProduce,
  handleFetch,
  handleListOffsets,
  handleMetadata,
  handleOffsetCommit,
  handleOffsetFetch,
  handleFindCoordinator,
  handleJoinGroup,
  handleHeartbeat,
  handleLeaveGroup,
  handleSyncGroup,
  handleDescribeGroups,
  handleListGroups,
  handleSaslHandshake,
  apiVersionsHandler(() => handlers),
  handleCreateTopics,
  handleDeleteTopics,
  handleDeleteRecords,
  handleInitProducerId,
  handleOffsetForLeaderEpoch,
  handleDescribeAcls,
  handleCreateAcls,
  handleDeleteAcls,
  handleAddPartitionsToTxn,
  handleAddOffsetsToTxn,
  handleEndTxn,
  handleWriteTxnMarkers,
  handleTxnOffsetCommit,
  handleDescribeConfigs,
  handleAlterConfigs,
  handleDescribeLogDirs,
  handleSaslAuthenticate,
  handleCreatePartitions,
  handleDeleteGroups,
  handleElectLeaders,
  handleIncrementalAlterConfigs,
  handleListPartitionReassignments,
  handleOffsetDelete,
  handleDescribeClientQuotas,
  handleAlterClientQuotas,
  handleDescribeUserScramCredentials,
  handleAlterUserScramCredentials,
  handleAlterReplicaLogDirs,
  handleCreateDelegationToken,
  handleRenewDelegationToken,
  handleExpireDelegationToken,
  handleDescribeDelegationToken,
  handleAlterPartitionReassignments,
  handleDescribeQuorum,
  handleUpdateFeatures,
  handleUnregisterBroker,
  handleDescribeCluster,
  handleDescribeProducers,
  handleDescribeTransactions,
  handleListTransactions,
  handleConsumerGroupHeartbeat,
  handleConsumerGroupDescribe,
  handleListConfigResources,
  handleDescribeTopicPartitions,
  handleShareGroupHeartbeat,
  handleShareGroupDescribe,
  handleShareFetch,
  handleShareAcknowledge,
  handleDescribeShareGroupOffsets,
  handleAlterShareGroupOffsets,
  handleDeleteShareGroupOffsets,
]

const byKey: (Handler | undefined)[] = []
for (const handler of handlers) byKey[handler.api.key] = handler

export function handlerOf(apiKey: number): Handler | undefined {
  return byKey[apiKey]
}
