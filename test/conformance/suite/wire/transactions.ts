import { TransactionalProducer } from '../../../../broker/testing/transactional-producer.ts'
import { apis } from '../../../../lib/kafka/index.ts'
import { asks, name, recordOf, tells, type WireCase, type WireScene } from './wire-case.ts'

async function producerOf(scene: WireScene, protocol: 1 | 2 = 1) {
  const producer = new TransactionalProducer(scene, scene.unique('tx'), protocol)
  // the coordinator's own topic is made at the first request
  while ((await producer.init()) !== 0) await new Promise(resolve => setTimeout(resolve, 50))
  return producer
}

const markers = (producer: TransactionalProducer, topic: string, coordinatorEpoch = 0) => ({
  markers: [
    {
      ...producer.session,
      transactionResult: false,
      coordinatorEpoch,
      topics: [{ name: topic, partitionIndexes: [0] }],
    },
  ],
})

export const transactionCases: readonly WireCase[] = [
  asks(
    'an empty transactional id',
    apis.initProducerId,
    4,
    () => ({ transactionalId: '', transactionTimeoutMs: 1000 }),
    r => name(r.errorCode),
    'INVALID_REQUEST',
  ),
  asks(
    'a timeout beyond the longest',
    apis.initProducerId,
    4,
    scene => ({ transactionalId: scene.unique('tx'), transactionTimeoutMs: 900_001 }),
    r => name(r.errorCode),
    'INVALID_TRANSACTION_TIMEOUT',
  ),
  asks(
    'a timeout of none',
    apis.initProducerId,
    4,
    scene => ({ transactionalId: scene.unique('tx'), transactionTimeoutMs: 0 }),
    r => name(r.errorCode),
    'INVALID_TRANSACTION_TIMEOUT',
  ),
  asks(
    'a producer id without an epoch',
    apis.initProducerId,
    4,
    () => ({ transactionalId: null, transactionTimeoutMs: 1000, producerId: 7n, producerEpoch: -1 }),
    r => name(r.errorCode),
    'INVALID_REQUEST',
  ),
  asks(
    'a producer id of another',
    apis.initProducerId,
    4,
    scene => ({
      transactionalId: scene.unique('tx'),
      transactionTimeoutMs: 1000,
      producerId: 7n,
      producerEpoch: 0,
    }),
    r => name(r.errorCode),
    'NONE',
  ),
  tells(
    'InitProducerId: again bumps the epoch, and fences the one before',
    async scene => {
      const producer = await producerOf(scene)
      const old = { ...producer.session }
      const codes = [await producer.init()]
      const bumped = producer.producerEpoch - old.producerEpoch
      codes.push(await producer.init({ expected: old }))
      producer.adopt(old)
      codes.push(await producer.add(scene.topic), await producer.addOffsets('g'), await producer.end(true))
      return [bumped, ...codes.map(name)]
    },
    [1, 'NONE', 'PRODUCER_FENCED', 'PRODUCER_FENCED', 'PRODUCER_FENCED', 'PRODUCER_FENCED'],
  ),
  tells(
    'AddPartitionsToTxn, AddOffsetsToTxn, EndTxn: of an id that is none',
    async scene => {
      const producer = new TransactionalProducer(scene, scene.unique('tx'), 1)
      producer.adopt({ producerId: 5n, producerEpoch: 0 })
      return [await producer.add(scene.topic), await producer.addOffsets('g'), await producer.end(true)].map(
        name,
      )
    },
    ['INVALID_PRODUCER_ID_MAPPING', 'INVALID_PRODUCER_ID_MAPPING', 'INVALID_PRODUCER_ID_MAPPING'],
  ),
  tells(
    'AddPartitionsToTxn: with a topic that is none nothing is added',
    async scene => {
      const producer = await producerOf(scene)
      const { resultsByTopicV3AndBelow: results } = await scene.client.send(apis.addPartitionsToTxn, 3, {
        v3AndBelowTransactionalId: producer.transactionalId,
        v3AndBelowProducerId: Number(producer.producerId),
        v3AndBelowProducerEpoch: producer.producerEpoch,
        v3AndBelowTopics: [scene.topic, 'nowhere'].map(topic => ({ name: topic, partitions: [0] })),
      })
      return [scene.topic, 'nowhere'].map(topic =>
        name(results.find(r => r.name === topic)?.resultsByPartition[0]?.partitionErrorCode),
      )
    },
    ['OPERATION_NOT_ATTEMPTED', 'UNKNOWN_TOPIC_OR_PARTITION'],
  ),
  tells(
    'EndTxn: without a transaction, in both protocols',
    async scene => [
      name(await (await producerOf(scene)).end(true)),
      name(await (await producerOf(scene, 2)).end(true)),
      name(await (await producerOf(scene, 2)).end(false)),
    ],
    ['INVALID_TXN_STATE', 'INVALID_TXN_STATE', 'NONE'],
  ),
  tells(
    'EndTxn: twice the same, then the other',
    async scene => {
      const producer = await producerOf(scene)
      await producer.write('a', scene.topic)
      const until = async (ends: () => Promise<number>) => {
        let code = await ends()
        while (name(code) === 'CONCURRENT_TRANSACTIONS') code = await ends()
        return name(code)
      }
      return [
        await until(() => producer.end(true)),
        await until(() => producer.end(true)),
        await until(() => producer.end(false)),
      ]
    },
    ['NONE', 'NONE', 'INVALID_TXN_STATE'],
  ),
  tells(
    'Produce: to a partition that was not added, in both protocols',
    async scene => {
      const topic = await scene.newTopic()
      const first = await producerOf(scene)
      const second = await producerOf(scene, 2)
      const answers = [
        await first.produce('x', topic),
        await first.produce('x', topic, { version: 11 }),
        await second.produce('x', topic),
      ]
      return answers.map(a => name(a.errorCode))
    },
    ['INVALID_TXN_STATE', 'TRANSACTION_ABORTABLE', 'NONE'],
  ),
  tells(
    'Produce: a sequence that is not the first, in the second protocol',
    async scene =>
      name(
        (await (await producerOf(scene, 2)).produce('x', await scene.newTopic(), { sequence: 5 })).errorCode,
      ),
    'OUT_OF_ORDER_SEQUENCE_NUMBER',
  ),
  tells(
    'Fetch, ListOffsets: open, committed and aborted, to both kinds of readers',
    async scene => {
      const topic = await scene.newTopic()
      const producer = await producerOf(scene, 2)
      await producer.write('a', topic)
      const read = async (isolationLevel: number) => {
        const { responses } = await scene.client.send(apis.fetch, 12, {
          maxWaitMs: 0,
          minBytes: 0,
          isolationLevel,
          topics: [{ topic, partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 100_000 }] }],
        })
        const { topics } = await scene.client.send(apis.listOffsets, 7, {
          replicaId: -1,
          isolationLevel,
          topics: [{ name: topic, partitions: [{ partitionIndex: 0, timestamp: -1 }] }],
        })
        const partition = responses[0]?.partitions[0]
        return [
          partition?.highWatermark,
          partition?.lastStableOffset,
          partition?.abortedTransactions?.map(t => t.firstOffset),
          topics[0]?.partitions[0]?.offset,
        ]
      }
      const open = [await read(0), await read(1)]
      await producer.end(false)
      while ((await producer.state()) !== 'CompleteAbort')
        await new Promise(resolve => setTimeout(resolve, 10))
      return [...open, await read(0), await read(1)]
    },
    [
      [1, 0, undefined, 1],
      [1, 0, [], 0],
      [2, 2, undefined, 2],
      [2, 2, [0], 2],
    ],
  ),
  tells(
    'TxnOffsetCommit: pending, then committed',
    async scene => {
      const groupId = scene.unique('group')
      const producer = await producerOf(scene)
      const member = {
        topics: [
          {
            name: scene.topic,
            partitions: [{ partitionIndex: 0, committedOffset: 2, committedMetadata: 'm' }],
          },
        ],
      }
      const fetch = async (requireStable: boolean) => {
        const { groups } = await scene.client.send(apis.offsetFetch, 8, {
          requireStable,
          groups: [{ groupId, topics: [{ name: scene.topic, partitionIndexes: [0] }] }],
        })
        const partition = groups[0]?.topics[0]?.partitions[0]
        return `${name(partition?.errorCode)} ${partition?.committedOffset}`
      }
      const codes = [await producer.addOffsets(groupId), await producer.commitOffset(groupId, 2, member)].map(
        name,
      )
      const pending = [await fetch(false), await fetch(true)]
      await producer.end(true)
      let done = await fetch(true)
      while (done.startsWith('UNSTABLE')) done = await fetch(true)
      return [...codes, ...pending, done]
    },
    ['NONE', 'NONE', 'NONE -1', 'UNSTABLE_OFFSET_COMMIT -1', 'NONE 2'],
  ),
  tells(
    'TxnOffsetCommit: of members that are none',
    async scene => {
      const groupId = scene.unique('group')
      const producer = await producerOf(scene)
      const topics = [
        {
          name: scene.topic,
          partitions: [{ partitionIndex: 0, committedOffset: 2, committedMetadata: 'm' }],
        },
      ]
      await producer.addOffsets(groupId)
      const commit = (more: object) => producer.commitOffset(groupId, 2, { topics, ...more })
      return [
        await commit({ memberId: 'm', generationId: 3 }),
        await commit({ groupId: '' }),
        await commit({ memberId: 'm' }),
      ].map(name)
    },
    ['ILLEGAL_GENERATION', 'INVALID_GROUP_ID', 'NONE'],
  ),
  tells(
    'DescribeTransactions, ListTransactions, DescribeProducers: an open transaction',
    async scene => {
      const topic = await scene.newTopic()
      const producer = await producerOf(scene)
      await producer.write('a', topic)
      const described = await scene.client.send(apis.describeTransactions, 0, {
        transactionalIds: [producer.transactionalId, 'no-such-id'],
      })
      const listed = await scene.client.send(apis.listTransactions, 1, {
        stateFilters: ['Ongoing', 'Wild'],
        producerIdFilters: [Number(producer.producerId)],
        durationFilter: -1,
      })
      const held = await scene.client.send(apis.describeProducers, 0, {
        topics: [{ name: topic, partitionIndexes: [0, 8] }],
      })
      await producer.end(true)
      return [
        described.transactionStates.map(t => [
          name(t.errorCode),
          t.transactionState,
          t.transactionTimeoutMs,
          t.topics.map(x => x.topic === topic),
        ]),
        [
          listed.unknownStateFilters,
          listed.transactionStates.map(t => [
            t.transactionalId === producer.transactionalId,
            t.transactionState,
          ]),
        ],
        held.topics[0]?.partitions.map(p => [
          p.partitionIndex,
          name(p.errorCode),
          p.activeProducers.map(a => [
            a.producerEpoch,
            a.lastSequence,
            a.coordinatorEpoch,
            a.currentTxnStartOffset,
          ]),
        ]),
      ]
    },
    [
      [
        ['NONE', 'Ongoing', 60_000, [true]],
        ['TRANSACTIONAL_ID_NOT_FOUND', '', 0, []],
      ],
      [['Wild'], [[true, 'Ongoing']]],
      [
        [0, 'NONE', [[0, 0, -1, 0]]],
        [8, 'UNKNOWN_TOPIC_OR_PARTITION', []],
      ],
    ],
  ),
  asks(
    'an empty id',
    apis.describeTransactions,
    0,
    () => ({ transactionalIds: [''] }),
    r => r.transactionStates.map(t => name(t.errorCode)),
    ['INVALID_REQUEST'],
  ),
  tells(
    'WriteTxnMarkers: to a partition and to one that is none',
    async scene => {
      const topic = await scene.newTopic()
      const producer = await producerOf(scene)
      await producer.write('a', topic)
      const write = async (to: string) => {
        const r = await scene.client.send(apis.writeTxnMarkers, 1, markers(producer, to))
        return name(r.markers[0]?.topics[0]?.partitions[0]?.errorCode)
      }
      return [await write(topic), await write('nowhere')]
    },
    ['NONE', 'UNKNOWN_TOPIC_OR_PARTITION'],
  ),
  tells(
    'Produce: a plain batch between, by the producer of a transaction',
    async scene => {
      const topic = await scene.newTopic()
      const producer = await producerOf(scene)
      await producer.write('a', topic)
      return await scene.produce(topic, [recordOf('x')], { ...producer.session, baseSequence: 1 })
    },
    'INVALID_TXN_STATE',
  ),
]
