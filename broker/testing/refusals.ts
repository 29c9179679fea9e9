import {
  type Api,
  apis,
  errorCodes as codes,
  type RequestInput,
  type ResponseOf,
  writeBatch,
} from '../../lib/kafka/index.ts'
import { record } from './scene.ts'

/** The filter that takes every access rule. */
export const anyAcl = {
  resourceTypeFilter: 1,
  resourceNameFilter: null,
  patternTypeFilter: 1,
  principalFilter: null,
  hostFilter: null,
  operation: 1,
  permissionType: 1,
}

/** A request, and what Kafka answers someone without any right. */
export interface Refused {
  api: Api
  version: number
  body: unknown
  code: (response: never) => number | undefined
  denied: number
}

function row<A extends Api>(
  api: A,
  version: number,
  body: RequestInput<A>,
  code: (response: ResponseOf<A>) => number | undefined,
  denied: number,
): Refused {
  return { api, version, body, code: code as Refused['code'], denied }
}

const { TOPIC_AUTHORIZATION_FAILED: topic, GROUP_AUTHORIZATION_FAILED: group } = codes
const { CLUSTER_AUTHORIZATION_FAILED: cluster, TRANSACTIONAL_ID_AUTHORIZATION_FAILED: transaction } = codes
const partition = { partitionIndex: 0 }
const producer = { producerId: 1n, producerEpoch: 0 }

export const refusals: readonly Refused[] = [
  row(
    apis.alterReplicaLogDirs,
    2,
    { dirs: [{ path: '/x', topics: [{ name: 't', partitions: [0] }] }] },
    r => r.results[0]?.partitions[0]?.errorCode,
    cluster,
  ),
  row(apis.alterPartitionReassignments, 1, { topics: [] }, r => r.errorCode, cluster),
  row(apis.describeQuorum, 2, { topics: [] }, r => r.errorCode, cluster),
  row(apis.updateFeatures, 2, { featureUpdates: [] }, r => r.errorCode, cluster),
  row(apis.unregisterBroker, 0, { brokerId: 77 }, r => r.errorCode, cluster),
  row(
    apis.produce,
    9,
    {
      acks: -1,
      timeoutMs: 1000,
      topicData: [{ name: 't', partitionData: [{ index: 0, records: writeBatch([record('x')]) }] }],
    },
    r => r.responses[0]?.partitionResponses[0]?.errorCode,
    topic,
  ),
  row(
    apis.fetch,
    12,
    {
      maxWaitMs: 0,
      minBytes: 1,
      topics: [{ topic: 't', partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1 }] }],
    },
    r => r.responses[0]?.partitions[0]?.errorCode,
    topic,
  ),
  row(
    apis.listOffsets,
    7,
    { replicaId: -1, topics: [{ name: 't', partitions: [{ partitionIndex: 0, timestamp: -1 }] }] },
    r => r.topics[0]?.partitions[0]?.errorCode,
    topic,
  ),
  row(apis.metadata, 12, { topics: [{ name: 't' }] }, r => r.topics[0]?.errorCode, topic),
  row(
    apis.offsetCommit,
    8,
    {
      groupId: 'g',
      generationIdOrMemberEpoch: -1,
      memberId: '',
      groupInstanceId: null,
      topics: [
        {
          name: 't',
          partitions: [
            { ...partition, committedOffset: 1, committedLeaderEpoch: -1, committedMetadata: null },
          ],
        },
      ],
    },
    r => r.topics[0]?.partitions[0]?.errorCode,
    group,
  ),
  row(
    apis.offsetFetch,
    8,
    { groups: [{ groupId: 'g', topics: null }] },
    r => r.groups?.[0]?.errorCode,
    group,
  ),
  row(apis.offsetFetch, 5, { groupId: 'g', topics: null }, r => r.errorCode, group),
  row(
    apis.findCoordinator,
    4,
    { keyType: 0, coordinatorKeys: ['g'] },
    r => r.coordinators?.[0]?.errorCode,
    group,
  ),
  row(
    apis.findCoordinator,
    4,
    { keyType: 1, coordinatorKeys: ['x'] },
    r => r.coordinators?.[0]?.errorCode,
    transaction,
  ),
  row(
    apis.joinGroup,
    7,
    {
      groupId: 'g',
      sessionTimeoutMs: 10_000,
      rebalanceTimeoutMs: 1,
      memberId: '',
      groupInstanceId: null,
      protocolType: 'consumer',
      protocols: [],
    },
    r => r.errorCode,
    group,
  ),
  row(
    apis.syncGroup,
    3,
    { groupId: 'g', generationId: 1, memberId: 'm', assignments: [] },
    r => r.errorCode,
    group,
  ),
  row(apis.heartbeat, 3, { groupId: 'g', generationId: 1, memberId: 'm' }, r => r.errorCode, group),
  row(apis.leaveGroup, 2, { groupId: 'g', memberId: 'm' }, r => r.errorCode, group),
  row(apis.describeGroups, 5, { groups: ['g'] }, r => r.groups[0]?.errorCode, group),
  row(apis.deleteGroups, 2, { groupsNames: ['g'] }, r => r.results[0]?.errorCode, group),
  row(apis.offsetDelete, 0, { groupId: 'g', topics: [] }, r => r.errorCode, group),
  row(
    apis.consumerGroupHeartbeat,
    0,
    {
      groupId: 'g',
      memberId: 'm',
      memberEpoch: 0,
      rebalanceTimeoutMs: 1000,
      subscribedTopicNames: ['t'],
      topicPartitions: [],
    } as never,
    r => r.errorCode,
    group,
  ),
  row(
    apis.shareGroupHeartbeat,
    1,
    { groupId: 'g', memberId: 'm', memberEpoch: 0, rackId: null, subscribedTopicNames: ['t'] },
    r => r.errorCode,
    group,
  ),
  row(
    apis.shareGroupDescribe,
    1,
    { groupIds: ['g'], includeAuthorizedOperations: false },
    r => r.groups[0]?.errorCode,
    group,
  ),
  row(
    apis.describeShareGroupOffsets,
    0,
    { groups: [{ groupId: 'g', topics: null }] },
    r => r.groups[0]?.errorCode,
    group,
  ),
  row(apis.alterShareGroupOffsets, 0, { groupId: 'g', topics: [] }, r => r.errorCode, group),
  row(apis.deleteShareGroupOffsets, 0, { groupId: 'g', topics: [] }, r => r.errorCode, group),
  row(apis.consumerGroupDescribe, 0, { groupIds: ['g'] } as never, r => r.groups[0]?.errorCode, group),
  row(
    apis.createTopics,
    7,
    { topics: [{ name: 'new', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }] },
    r => r.topics[0]?.errorCode,
    topic,
  ),
  row(apis.deleteTopics, 5, { topicNames: ['t'], timeoutMs: 1000 }, r => r.responses[0]?.errorCode, topic),
  row(
    apis.deleteRecords,
    2,
    { topics: [{ name: 't', partitions: [{ partitionIndex: 0, offset: 0 }] }], timeoutMs: 1000 },
    r => r.topics[0]?.partitions[0]?.errorCode,
    topic,
  ),
  row(
    apis.createPartitions,
    3,
    { topics: [{ name: 't', count: 2, assignments: null }], timeoutMs: 1000, validateOnly: false },
    r => r.results[0]?.errorCode,
    topic,
  ),
  row(
    apis.initProducerId,
    4,
    { transactionalId: null, transactionTimeoutMs: 1000 },
    r => r.errorCode,
    cluster,
  ),
  row(
    apis.initProducerId,
    4,
    { transactionalId: 'x', transactionTimeoutMs: 1000 },
    r => r.errorCode,
    transaction,
  ),
  row(
    apis.addPartitionsToTxn,
    3,
    {
      v3AndBelowTransactionalId: 'x',
      v3AndBelowProducerId: 1,
      v3AndBelowProducerEpoch: 0,
      v3AndBelowTopics: [{ name: 't', partitions: [0] }],
    },
    r => r.resultsByTopicV3AndBelow[0]?.resultsByPartition[0]?.partitionErrorCode,
    transaction,
  ),
  row(
    apis.addOffsetsToTxn,
    3,
    { transactionalId: 'x', ...producer, groupId: 'g' },
    r => r.errorCode,
    transaction,
  ),
  row(apis.endTxn, 3, { transactionalId: 'x', ...producer, committed: true }, r => r.errorCode, transaction),
  row(
    apis.txnOffsetCommit,
    3,
    {
      transactionalId: 'x',
      groupId: 'g',
      ...producer,
      topics: [{ name: 't', partitions: [{ ...partition, committedOffset: 1, committedMetadata: null }] }],
    },
    r => r.topics[0]?.partitions[0]?.errorCode,
    transaction,
  ),
  row(
    apis.describeTransactions,
    0,
    { transactionalIds: ['x'] },
    r => r.transactionStates[0]?.errorCode,
    transaction,
  ),
  row(
    apis.writeTxnMarkers,
    1,
    {
      markers: [
        {
          ...producer,
          transactionResult: false,
          topics: [{ name: 't', partitionIndexes: [0] }],
          coordinatorEpoch: 0,
        },
      ],
    },
    r => r.markers[0]?.topics[0]?.partitions[0]?.errorCode,
    cluster,
  ),
  row(
    apis.offsetForLeaderEpoch,
    4,
    { topics: [{ topic: 't', partitions: [{ partition: 0, leaderEpoch: 0 }] }] },
    r => r.topics[0]?.partitions[0]?.errorCode,
    topic,
  ),
  row(apis.describeAcls, 3, anyAcl, r => r.errorCode, cluster),
  row(
    apis.describeConfigs,
    4,
    { resources: [{ resourceType: 2, resourceName: 't', configurationKeys: null }] },
    r => r.results[0]?.errorCode,
    topic,
  ),
  row(
    apis.describeConfigs,
    3,
    { resources: [{ resourceType: 4, resourceName: '', configurationKeys: null }] },
    r => r.results[0]?.errorCode,
    cluster,
  ),
  row(
    apis.alterConfigs,
    2,
    { resources: [{ resourceType: 4, resourceName: '1', configs: [] }], validateOnly: false },
    r => r.responses[0]?.errorCode,
    cluster,
  ),
  row(
    apis.incrementalAlterConfigs,
    1,
    {
      resources: [
        {
          resourceType: 2,
          resourceName: 't',
          configs: [{ name: 'retention.ms', configOperation: 0, value: '1' }],
        },
      ],
      validateOnly: false,
    },
    r => r.responses[0]?.errorCode,
    topic,
  ),
  row(apis.describeLogDirs, 4, { topics: null }, r => r.errorCode, cluster),
  row(
    apis.electLeaders,
    2,
    { electionType: 0, topicPartitions: null, timeoutMs: 1 },
    r => r.errorCode,
    cluster,
  ),
  row(apis.listPartitionReassignments, 0, { timeoutMs: 1, topics: null }, r => r.errorCode, cluster),
  row(apis.describeClientQuotas, 1, { components: [], strict: false }, r => r.errorCode, cluster),
  row(apis.describeUserScramCredentials, 0, { users: null }, r => r.errorCode, cluster),
  row(
    apis.alterUserScramCredentials,
    0,
    { deletions: [{ name: 'ada', mechanism: 1 }], upsertions: [] },
    r => r.results[0]?.errorCode,
    cluster,
  ),
  row(
    apis.describeProducers,
    0,
    { topics: [{ name: 't', partitionIndexes: [0] }] },
    r => r.topics[0]?.partitions[0]?.errorCode,
    topic,
  ),
  row(apis.listConfigResources, 1, { resourceTypes: [] }, r => r.errorCode, cluster),
  row(
    apis.describeTopicPartitions,
    0,
    { topics: [{ name: 't' }], responsePartitionLimit: 1, cursor: null },
    r => r.topics[0]?.errorCode,
    topic,
  ),
]
