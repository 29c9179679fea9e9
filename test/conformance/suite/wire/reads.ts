import { apis, type RequestInput } from '../../../../lib/kafka/index.ts'
import { asks, name, recordOf, tells, type WireCase } from './wire-case.ts'

const unknownId = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa'
type FetchPartition = RequestInput<typeof apis.fetch>['topics'][number]['partitions'][number]
type FetchRest = Partial<Omit<RequestInput<typeof apis.fetch>, 'topics'>>

function fetches(
  title: string,
  version: number,
  partition: Partial<FetchPartition>,
  expected: unknown,
  options: FetchRest & { topic?: string; topicId?: string } = {},
): WireCase {
  const { topic, topicId, ...rest } = options
  return asks(
    title,
    apis.fetch,
    version,
    scene => ({
      maxWaitMs: 0,
      minBytes: 0,
      ...rest,
      topics: [
        {
          ...(version >= 13 ? { topicId: topicId ?? scene.topicId } : { topic: topic ?? scene.topic }),
          partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1_000_000, ...partition }],
        },
      ],
    }),
    r => (r.errorCode === 0 ? name(r.responses[0]?.partitions[0]?.errorCode) : `all ${name(r.errorCode)}`),
    expected,
  )
}

function lists(
  title: string,
  version: number,
  partition: { partitionIndex?: number; timestamp: number; currentLeaderEpoch?: number },
  expected: unknown,
  topic?: string,
): WireCase {
  return asks(
    title,
    apis.listOffsets,
    version,
    scene => ({
      replicaId: -1,
      topics: [{ name: topic ?? scene.topic, partitions: [{ partitionIndex: 0, ...partition }] }],
    }),
    ({ topics: [t] }) => {
      const { errorCode, offset, timestamp } = t?.partitions[0] ?? {}
      return [name(errorCode), offset, timestamp]
    },
    expected,
  )
}

const deletes = (title: string, partitionIndex: number, offset: number, expected: unknown, topic?: string) =>
  asks(
    title,
    apis.deleteRecords,
    2,
    async scene => {
      const filled = topic ?? (await scene.newTopic())
      if (topic === undefined) await scene.produce(filled, [recordOf('a'), recordOf('b'), recordOf('c')])
      return { topics: [{ name: filled, partitions: [{ partitionIndex, offset }] }], timeoutMs: 1000 }
    },
    ({ topics: [t] }) => [name(t?.partitions[0]?.errorCode), t?.partitions[0]?.lowWatermark],
    expected,
  )

const epochs = (
  title: string,
  partition: { partition?: number; currentLeaderEpoch?: number; leaderEpoch: number },
  expected: unknown,
  topic?: string,
) =>
  asks(
    title,
    apis.offsetForLeaderEpoch,
    4,
    scene => ({
      replicaId: -1,
      topics: [{ topic: topic ?? scene.topic, partitions: [{ partition: 0, ...partition }] }],
    }),
    ({ topics: [t] }) => [
      name(t?.partitions[0]?.errorCode),
      t?.partitions[0]?.leaderEpoch,
      t?.partitions[0]?.endOffset,
    ],
    expected,
  )

export const readCases: readonly WireCase[] = [
  fetches('an unknown topic', 12, {}, 'UNKNOWN_TOPIC_OR_PARTITION', { topic: 'nowhere' }),
  fetches('an unknown id', 13, {}, 'UNKNOWN_TOPIC_ID', { topicId: unknownId }),
  fetches('an unknown partition', 12, { partition: 9 }, 'UNKNOWN_TOPIC_OR_PARTITION'),
  fetches('beyond the end', 12, { fetchOffset: 99 }, 'OFFSET_OUT_OF_RANGE'),
  fetches('below zero', 12, { fetchOffset: -1 }, 'OFFSET_OUT_OF_RANGE'),
  fetches('by an old leader epoch', 12, { currentLeaderEpoch: 7 }, 'UNKNOWN_LEADER_EPOCH'),
  fetches('in a session that is none', 12, {}, 'all FETCH_SESSION_ID_NOT_FOUND', {
    sessionId: 12345,
    sessionEpoch: 1,
  }),
  fetches('to an epoch of no session', 12, {}, 'all FETCH_SESSION_ID_NOT_FOUND', {
    sessionId: 0,
    sessionEpoch: 1,
  }),
  asks(
    'nothing new',
    apis.fetch,
    12,
    async scene => ({
      maxWaitMs: 0,
      minBytes: 1,
      topics: [
        {
          topic: await scene.newTopic(),
          partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 100 }],
        },
      ],
    }),
    r => {
      const partition = r.responses[0]?.partitions[0]
      return [
        partition?.errorCode,
        partition?.logStartOffset,
        partition?.records?.length,
        partition?.preferredReadReplica,
      ]
    },
    [0, 0, 0, -1],
  ),
  lists('the end', 7, { timestamp: -1 }, ['NONE', 3, -1]),
  lists('the beginning', 7, { timestamp: -2 }, ['NONE', 0, -1]),
  lists('the largest timestamp', 7, { timestamp: -3 }, ['NONE', 2, 3000]),
  lists('the local beginning', 8, { timestamp: -4 }, ['NONE', 0, -1]),
  lists('the end of what is tiered', 9, { timestamp: -5 }, ['NONE', -1, -1]),
  lists('what is pending to be tiered', 11, { timestamp: -6 }, ['NONE', -1, -1]),
  lists('a time before all', 7, { timestamp: 0 }, ['NONE', 0, 1000]),
  lists('a time between', 7, { timestamp: 1500 }, ['NONE', 1, 2000]),
  lists('a time after all', 7, { timestamp: 9999 }, ['NONE', -1, -1]),
  lists('a time that is none', 7, { timestamp: -9 }, ['UNSUPPORTED_VERSION', -1, -1]),
  lists('the local beginning in an old version', 7, { timestamp: -4 }, ['UNSUPPORTED_VERSION', -1, -1]),
  lists('an unknown topic', 7, { timestamp: -1 }, ['UNKNOWN_TOPIC_OR_PARTITION', -1, -1], 'nowhere'),
  lists('an unknown partition', 7, { partitionIndex: 5, timestamp: -1 }, [
    'UNKNOWN_TOPIC_OR_PARTITION',
    -1,
    -1,
  ]),
  lists('a leader epoch of the future', 7, { timestamp: -1, currentLeaderEpoch: 9 }, [
    'UNKNOWN_LEADER_EPOCH',
    -1,
    -1,
  ]),
  asks(
    'a partition twice',
    apis.listOffsets,
    7,
    scene => ({
      replicaId: -1,
      topics: [
        {
          name: scene.topic,
          partitions: [
            { partitionIndex: 0, timestamp: -1 },
            { partitionIndex: 0, timestamp: -2 },
          ],
        },
      ],
    }),
    r => r.topics.flatMap(t => t.partitions.map(p => name(p.errorCode))),
    ['INVALID_REQUEST'],
  ),
  deletes('up to an offset', 0, 2, ['NONE', 2]),
  deletes('all', 0, -1, ['NONE', 3]),
  deletes('beyond the end', 0, 9, ['OFFSET_OUT_OF_RANGE', -1]),
  deletes('below zero', 0, -5, ['OFFSET_OUT_OF_RANGE', -1]),
  deletes('an unknown topic', 0, 1, ['UNKNOWN_TOPIC_OR_PARTITION', -1], 'nowhere'),
  deletes('an unknown partition', 4, 1, ['UNKNOWN_TOPIC_OR_PARTITION', -1]),
  tells(
    'DeleteRecords: a compacted topic keeps its own counsel',
    async scene => {
      const topic = await scene.newTopic(1, { 'cleanup.policy': 'compact' })
      await scene.produce(topic, [recordOf('a', 1, 'k'), recordOf('b', 1, 'k')])
      const { topics } = await scene.client.send(apis.deleteRecords, 2, {
        topics: [{ name: topic, partitions: [{ partitionIndex: 0, offset: 1 }] }],
        timeoutMs: 1000,
      })
      return name(topics[0]?.partitions[0]?.errorCode)
    },
    'POLICY_VIOLATION',
  ),
  epochs('the one there is', { leaderEpoch: 0 }, ['NONE', 0, 3]),
  epochs('one of the future', { leaderEpoch: 5 }, ['NONE', -1, -1]),
  epochs('asked by one of the future', { leaderEpoch: 0, currentLeaderEpoch: 5 }, [
    'UNKNOWN_LEADER_EPOCH',
    -1,
    -1,
  ]),
  epochs('an unknown topic', { leaderEpoch: 0 }, ['UNKNOWN_TOPIC_OR_PARTITION', -1, -1], 'nowhere'),
  epochs('an unknown partition', { partition: 9, leaderEpoch: 0 }, ['UNKNOWN_TOPIC_OR_PARTITION', -1, -1]),
]
