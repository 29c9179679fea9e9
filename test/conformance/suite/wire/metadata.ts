import { apis } from '../../../../lib/kafka/index.ts'
import { asks, name, type WireCase } from './wire-case.ts'

const unknownId = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa'

export const metadataCases: readonly WireCase[] = [
  asks(
    'an unknown topic',
    apis.metadata,
    [4, 12],
    () => ({ topics: [{ name: 'nowhere-at-all' }], allowAutoTopicCreation: false }),
    r => [name(r.topics[0]?.errorCode), r.topics[0]?.partitions.length],
    ['UNKNOWN_TOPIC_OR_PARTITION', 0],
  ),
  asks(
    'a topic that is made on the way',
    apis.metadata,
    [4, 12],
    scene => ({ topics: [{ name: scene.unique('auto') }], allowAutoTopicCreation: true }),
    r => [name(r.topics[0]?.errorCode), r.topics[0]?.partitions.length],
    ['UNKNOWN_TOPIC_OR_PARTITION', 0],
  ),
  asks(
    'a name that cannot be',
    apis.metadata,
    12,
    () => ({ topics: [{ name: 'a/b' }], allowAutoTopicCreation: true }),
    r => name(r.topics[0]?.errorCode),
    'INVALID_TOPIC_EXCEPTION',
  ),
  asks(
    'an unknown id',
    apis.metadata,
    12,
    () => ({ topics: [{ name: null, topicId: unknownId }] }),
    r => [name(r.topics[0]?.errorCode), r.topics[0]?.name],
    ['UNKNOWN_TOPIC_ID', null],
  ),
  asks(
    'by id',
    apis.metadata,
    12,
    scene => ({ topics: [{ name: null, topicId: scene.topicId }] }),
    r => [name(r.topics[0]?.errorCode), r.topics[0]?.partitions.length],
    ['NONE', 1],
  ),
  asks(
    'of no topic',
    apis.metadata,
    [1, 12],
    () => ({ topics: [] }),
    r => [r.topics.length, r.brokers.length],
    [0, 1],
  ),
  asks(
    'of a partition',
    apis.metadata,
    12,
    ({ topic }) => ({ topics: [{ name: topic }] }),
    r => r.topics[0]?.partitions[0],
    {
      errorCode: 0,
      partitionIndex: 0,
      leaderId: 1,
      leaderEpoch: 0,
      replicaNodes: [1],
      isrNodes: [1],
      offlineReplicas: [],
    },
  ),
  asks(
    'pages',
    apis.describeTopicPartitions,
    0,
    ({ topic }) => ({
      topics: [{ name: topic }, { name: 'nowhere' }],
      responsePartitionLimit: 1,
      cursor: null,
    }),
    r => [r.topics.map(t => name(t.errorCode)), r.nextCursor === null],
    [['UNKNOWN_TOPIC_OR_PARTITION', 'NONE'], true],
  ),
  asks(
    'an unknown topic',
    apis.describeTopicPartitions,
    0,
    () => ({ topics: [{ name: 'nowhere' }], responsePartitionLimit: 10, cursor: null }),
    r => name(r.topics[0]?.errorCode),
    'UNKNOWN_TOPIC_OR_PARTITION',
  ),
  asks(
    'by a limit of none',
    apis.describeTopicPartitions,
    0,
    ({ topic }) => ({ topics: [{ name: topic }], responsePartitionLimit: 0, cursor: null }),
    r => r.topics.map(t => name(t.errorCode)),
    ['NONE'],
  ),
]
