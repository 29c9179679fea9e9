import { apis, type RequestInput, zeroUuid } from '../../../../lib/kafka/index.ts'
import { asks, name, tells, type WireCase, type WireScene } from './wire-case.ts'

type NewTopic = RequestInput<typeof apis.createTopics>['topics'][number]

const unknownId = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa'

function creates(title: string, topic: (scene: WireScene) => Partial<NewTopic>, expected: string): WireCase {
  return asks(
    title,
    apis.createTopics,
    7,
    scene => ({
      topics: [
        {
          name: scene.unique('new'),
          numPartitions: 1,
          replicationFactor: 1,
          assignments: [],
          configs: [],
          ...topic(scene),
        },
      ],
      validateOnly: true,
    }),
    r => `${name(r.topics[0]?.errorCode)} ${r.topics[0]?.errorMessage ?? ''}`.trim(),
    expected,
  )
}

const illegal = "contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'"
const replicas = (partitionIndex: number, ...brokerIds: number[]) => ({ partitionIndex, brokerIds })

export const topicCases: readonly WireCase[] = [
  creates('is only checked where asked', () => ({}), 'NONE'),
  creates('defaults', () => ({ numPartitions: -1, replicationFactor: -1 }), 'NONE'),
  creates(
    'an empty name',
    () => ({ name: '' }),
    'INVALID_TOPIC_EXCEPTION Topic name is invalid: the empty string is not allowed',
  ),
  creates(
    'a dot',
    () => ({ name: '.' }),
    "INVALID_TOPIC_EXCEPTION Topic name is invalid: '.' is not allowed",
  ),
  creates(
    'a slash',
    () => ({ name: 'a/b' }),
    `INVALID_TOPIC_EXCEPTION Topic name is invalid: 'a/b' ${illegal}`,
  ),
  creates('a long name', () => ({ name: 'x'.repeat(250) }), 'INVALID_TOPIC_EXCEPTION'),
  creates('a name taken', ({ topic }) => ({ name: topic }), 'TOPIC_ALREADY_EXISTS'),
  creates(
    'no partitions',
    () => ({ numPartitions: 0 }),
    'INVALID_PARTITIONS Number of partitions was set to an invalid non-positive value.',
  ),
  creates(
    'fewer than none',
    () => ({ numPartitions: -2 }),
    'INVALID_PARTITIONS Number of partitions was set to an invalid non-positive value.',
  ),
  creates('no replicas', () => ({ replicationFactor: 0 }), 'INVALID_REPLICATION_FACTOR'),
  creates('more replicas than brokers', () => ({ replicationFactor: 2 }), 'INVALID_REPLICATION_FACTOR'),
  creates(
    'an unknown configuration',
    () => ({ configs: [{ name: 'colour', value: 'red' }] }),
    'INVALID_CONFIG Unknown topic config name: colour',
  ),
  creates(
    'a value that is none',
    () => ({ configs: [{ name: 'retention.ms', value: 'soon' }] }),
    'INVALID_CONFIG',
  ),
  creates(
    'a value out of bounds',
    () => ({ configs: [{ name: 'segment.bytes', value: '3' }] }),
    'INVALID_CONFIG',
  ),
  creates(
    'a null value',
    () => ({ configs: [{ name: 'retention.ms', value: null }] }),
    'INVALID_CONFIG Null value not supported for topic configs: retention.ms',
  ),
  creates(
    'an unknown policy',
    () => ({ configs: [{ name: 'cleanup.policy', value: 'burn' }] }),
    'INVALID_CONFIG',
  ),
  creates(
    'assignments',
    () => ({ numPartitions: -1, replicationFactor: -1, assignments: [replicas(0, 1), replicas(1, 1)] }),
    'NONE',
  ),
  creates('assignments and a count', () => ({ assignments: [replicas(0, 1)] }), 'INVALID_REQUEST'),
  creates(
    'assignments with a hole',
    () => ({ numPartitions: -1, replicationFactor: -1, assignments: [replicas(1, 1)] }),
    'INVALID_REPLICA_ASSIGNMENT',
  ),
  creates(
    'assignments to a stranger',
    () => ({ numPartitions: -1, replicationFactor: -1, assignments: [replicas(0, 99)] }),
    'INVALID_REPLICA_ASSIGNMENT',
  ),
  creates(
    'assignments to one twice',
    () => ({ numPartitions: -1, replicationFactor: -1, assignments: [replicas(0, 1, 1)] }),
    'INVALID_REPLICA_ASSIGNMENT',
  ),
  creates(
    'assignments of none',
    () => ({ numPartitions: -1, replicationFactor: -1, assignments: [replicas(0)] }),
    'INVALID_REPLICA_ASSIGNMENT',
  ),
  asks(
    'a name twice',
    apis.createTopics,
    7,
    () => {
      const topic = { name: 'twice', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }
      return { topics: [topic, topic] }
    },
    r => r.topics.map(t => name(t.errorCode)),
    ['INVALID_REQUEST'],
  ),
  tells(
    'CreateTopics: names that differ in a dot or an underscore collide',
    async scene => {
      const base = scene.unique('col')
      await scene.createTopic(`${base}.x`)
      const topic = {
        name: `${base}_x`,
        numPartitions: 1,
        replicationFactor: 1,
        assignments: [],
        configs: [],
      }
      const { topics } = await scene.client.send(apis.createTopics, 7, { topics: [topic] })
      return name(topics[0]?.errorCode)
    },
    'INVALID_TOPIC_EXCEPTION',
  ),
  asks(
    'tells what it made',
    apis.createTopics,
    7,
    scene => ({
      topics: [
        {
          name: scene.unique('new'),
          numPartitions: 3,
          replicationFactor: -1,
          assignments: [],
          configs: [{ name: 'retention.ms', value: '5000' }],
        },
      ],
    }),
    ({ topics: [topic] }) => ({
      partitions: topic?.numPartitions,
      replicas: topic?.replicationFactor,
      hasId: topic?.topicId !== zeroUuid,
      retention: topic?.configs
        ?.filter(c => c.name === 'retention.ms')
        .map(c => [c.value, c.configSource, c.readOnly]),
    }),
    { partitions: 3, replicas: 1, hasId: true, retention: [['5000', 1, false]] },
  ),
  asks(
    'an unknown name',
    apis.deleteTopics,
    5,
    () => ({ topicNames: ['nowhere'], timeoutMs: 1000 }),
    r => name(r.responses[0]?.errorCode),
    'UNKNOWN_TOPIC_OR_PARTITION',
  ),
  asks(
    'an unknown id',
    apis.deleteTopics,
    6,
    () => ({ topics: [{ name: null, topicId: unknownId }], timeoutMs: 1000 }),
    r => name(r.responses[0]?.errorCode),
    'UNKNOWN_TOPIC_ID',
  ),
  asks(
    'a name and an id',
    apis.deleteTopics,
    6,
    scene => ({ topics: [{ name: scene.topic, topicId: scene.topicId }], timeoutMs: 1000 }),
    r => name(r.responses[0]?.errorCode),
    'INVALID_REQUEST',
  ),
  asks(
    'neither name nor id',
    apis.deleteTopics,
    6,
    () => ({ topics: [{ name: null, topicId: zeroUuid }], timeoutMs: 1000 }),
    r => name(r.responses[0]?.errorCode),
    'INVALID_REQUEST',
  ),
  tells(
    'DeleteTopics: a name twice, and by name and id',
    async scene => {
      const topic = scene.unique('gone')
      const topicId = await scene.createTopic(topic)
      const twice = await scene.client.send(apis.deleteTopics, 6, {
        topics: [
          { name: topic, topicId: zeroUuid },
          { name: topic, topicId: zeroUuid },
        ],
        timeoutMs: 5000,
      })
      const both = await scene.client.send(apis.deleteTopics, 6, {
        topics: [
          { name: topic, topicId: zeroUuid },
          { name: null, topicId },
        ],
        timeoutMs: 5000,
      })
      const once = await scene.client.send(apis.deleteTopics, 6, {
        topics: [{ name: null, topicId }],
        timeoutMs: 5000,
      })
      return [twice, both, once].map(r => r.responses.map(t => name(t.errorCode)))
    },
    [['INVALID_REQUEST'], ['INVALID_REQUEST'], ['NONE']],
  ),
  asks(
    'an unknown topic',
    apis.createPartitions,
    3,
    () => ({
      topics: [{ name: 'nowhere', count: 3, assignments: null }],
      timeoutMs: 1000,
      validateOnly: false,
    }),
    r => name(r.results[0]?.errorCode),
    'UNKNOWN_TOPIC_OR_PARTITION',
  ),
  asks(
    'as many as there are',
    apis.createPartitions,
    3,
    ({ topic }) => ({
      topics: [{ name: topic, count: 1, assignments: null }],
      timeoutMs: 1000,
      validateOnly: false,
    }),
    r => [name(r.results[0]?.errorCode), r.results[0]?.errorMessage],
    ['INVALID_PARTITIONS', 'Topic already has 1 partition(s).'],
  ),
  asks(
    'none',
    apis.createPartitions,
    3,
    ({ topic }) => ({
      topics: [{ name: topic, count: 0, assignments: null }],
      timeoutMs: 1000,
      validateOnly: false,
    }),
    r => [name(r.results[0]?.errorCode), r.results[0]?.errorMessage],
    ['INVALID_PARTITIONS', 'The topic wire-… currently has 1 partition(s); 0 would not be an increase.'],
  ),
  asks(
    'only to be checked',
    apis.createPartitions,
    3,
    ({ topic }) => ({
      topics: [{ name: topic, count: 5, assignments: null }],
      timeoutMs: 1000,
      validateOnly: true,
    }),
    r => name(r.results[0]?.errorCode),
    'NONE',
  ),
  asks(
    'assignments that are too few',
    apis.createPartitions,
    3,
    ({ topic }) => ({
      topics: [{ name: topic, count: 3, assignments: [{ brokerIds: [1] }] }],
      timeoutMs: 1000,
      validateOnly: true,
    }),
    r => name(r.results[0]?.errorCode),
    'INVALID_REPLICA_ASSIGNMENT',
  ),
  asks(
    'assignments to a stranger',
    apis.createPartitions,
    3,
    ({ topic }) => ({
      topics: [{ name: topic, count: 2, assignments: [{ brokerIds: [9] }] }],
      timeoutMs: 1000,
      validateOnly: true,
    }),
    r => name(r.results[0]?.errorCode),
    'INVALID_REPLICA_ASSIGNMENT',
  ),
  asks(
    'a name twice',
    apis.createPartitions,
    3,
    ({ topic }) => ({
      topics: [
        { name: topic, count: 3, assignments: null },
        { name: topic, count: 4, assignments: null },
      ],
      timeoutMs: 1000,
      validateOnly: true,
    }),
    r => r.results.map(t => name(t.errorCode)),
    ['INVALID_REQUEST'],
  ),
]
