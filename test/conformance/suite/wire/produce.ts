import { apis, type RequestInput, writeBatch } from '../../../../lib/kafka/index.ts'
import { asks, name, recordOf, saysProduced, tells, type WireCase, type WireScene } from './wire-case.ts'

const unknownId = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa'
type Produce = RequestInput<typeof apis.produce>

function produces(
  title: string,
  version: number,
  body: (
    scene: WireScene,
  ) => Partial<Produce> & { name?: string; topicId?: string; index?: number; records?: Buffer | null },
  expected: string,
): WireCase {
  return asks(
    title,
    apis.produce,
    version,
    scene => {
      const {
        name: topic = scene.topic,
        topicId,
        index = 0,
        records = writeBatch([recordOf('x')]),
        ...rest
      } = body(scene)
      const which = version >= 13 ? { topicId: topicId ?? scene.topicId } : { name: topic }
      return {
        acks: -1,
        timeoutMs: 1000,
        topicData: [{ ...which, partitionData: [{ index, records }] }],
        ...rest,
      }
    },
    saysProduced,
    expected,
  )
}

/** A batch with a byte of its own. */
function bent(at: number, value: number): Buffer {
  const batch = writeBatch([recordOf('x')])
  batch.writeUInt8(value, at)
  return batch
}

const keyless = 'Compacted topic cannot accept message without key in topic partition T-0'

export const produceCases: readonly WireCase[] = [
  produces('acks of two', 9, () => ({ acks: 2 }), 'INVALID_REQUIRED_ACKS'),
  produces('an unknown topic', 9, () => ({ name: 'nowhere' }), 'UNKNOWN_TOPIC_OR_PARTITION'),
  produces('a name that cannot be', 9, () => ({ name: 'a/b' }), 'UNKNOWN_TOPIC_OR_PARTITION'),
  produces('an unknown partition', 9, () => ({ index: 7 }), 'UNKNOWN_TOPIC_OR_PARTITION'),
  produces('a partition below zero', 9, () => ({ index: -1 }), 'UNKNOWN_TOPIC_OR_PARTITION'),
  produces('an unknown id', 13, () => ({ topicId: unknownId }), 'UNKNOWN_TOPIC_ID'),
  produces('a broken checksum', 9, () => ({ records: bent(66, 9) }), 'CORRUPT_MESSAGE'),
  produces('an old format', 9, () => ({ records: bent(16, 1) }), 'INVALID_RECORD'),
  produces('a format of the future', 9, () => ({ records: bent(16, 3) }), 'CORRUPT_MESSAGE'),
  produces('empty records', 9, () => ({ records: Buffer.alloc(0) }), 'INVALID_RECORD'),
  produces(
    'a torn batch',
    9,
    () => ({ records: writeBatch([recordOf('x')]).subarray(0, 65) }),
    'INVALID_RECORD',
  ),
  produces(
    'two batches',
    9,
    () => ({ records: Buffer.concat([writeBatch([recordOf('x')]), writeBatch([recordOf('y')])]) }),
    'INVALID_RECORD',
  ),
  produces(
    'a base offset of its own',
    9,
    () => ({ records: writeBatch([recordOf('x')], { baseOffset: 5 }) }),
    'INVALID_RECORD',
  ),
  produces(
    'a control batch',
    9,
    () => ({ records: writeBatch([recordOf('x')], { isControl: true }) }),
    'INVALID_RECORD',
  ),
  produces(
    'a transactional batch without a transaction',
    9,
    () => ({
      records: writeBatch([recordOf('x')], {
        producerId: 5n,
        producerEpoch: 0,
        baseSequence: 0,
        isTransactional: true,
      }),
    }),
    'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
  ),
  produces(
    'a sequence below zero',
    9,
    () => ({ records: writeBatch([recordOf('x')], { producerId: 5n, producerEpoch: 0, baseSequence: -1 }) }),
    'INVALID_RECORD',
  ),
  produces(
    'more than a topic takes',
    9,
    () => ({ records: writeBatch([recordOf('x'.repeat(1_100_000))]) }),
    'MESSAGE_TOO_LARGE',
  ),
  tells(
    'Produce: idempotence: in order, again, a gap, an old epoch, a new one',
    async scene => {
      const topic = await scene.newTopic()
      const producerId = await scene.newProducerId()
      const send = (producerEpoch: number, baseSequence: number) =>
        scene.produce(topic, [recordOf('x')], { producerId, producerEpoch, baseSequence })
      const answers: string[] = []
      for (const [epoch, sequence] of [
        [1, 0],
        [1, 1],
        [1, 0],
        [1, 5],
        [0, 0],
        [2, 4],
        [2, 0],
        [2, 2],
      ] as const)
        answers.push(await send(epoch, sequence))
      return answers
    },
    [
      'NONE 0',
      'NONE 1',
      'NONE 0',
      'OUT_OF_ORDER_SEQUENCE_NUMBER',
      'INVALID_PRODUCER_EPOCH',
      'OUT_OF_ORDER_SEQUENCE_NUMBER',
      'NONE 2',
      'OUT_OF_ORDER_SEQUENCE_NUMBER',
    ],
  ),
  tells(
    'Produce: of the last five batches an old one is known, of those before none',
    async scene => {
      const topic = await scene.newTopic()
      const producerId = await scene.newProducerId()
      const send = (baseSequence: number) =>
        scene.produce(topic, [recordOf('x')], { producerId, producerEpoch: 0, baseSequence })
      for (let i = 0; i < 7; i++) await send(i)
      return [await send(2), await send(1), await send(6), await send(7)]
    },
    ['NONE 2', 'OUT_OF_ORDER_SEQUENCE_NUMBER', 'NONE 6', 'NONE 7'],
  ),
  tells(
    'Produce: an unknown producer may begin anywhere',
    async scene =>
      scene.produce(await scene.newTopic(), [recordOf('x')], {
        producerId: 4_000_000_000n,
        producerEpoch: 3,
        baseSequence: 77,
      }),
    'NONE 0',
  ),
  tells(
    'Produce: sequences go round after 2^31 - 1',
    async scene => {
      const topic = await scene.newTopic()
      const send = (baseSequence: number) =>
        scene.produce(topic, [recordOf('x'), recordOf('y')], {
          producerId: 4_000_000_001n,
          producerEpoch: 0,
          baseSequence,
        })
      return [await send(2_147_483_646), await send(0), await send(2)]
    },
    ['NONE 0', 'NONE 2', 'NONE 4'],
  ),
  tells(
    'Produce: a compacted topic wants keys, and says which record has none',
    async scene => {
      const topic = await scene.newTopic(1, { 'cleanup.policy': 'compact' })
      const records = writeBatch([recordOf('x', 1, 'k'), recordOf('y')])
      const { responses } = await scene.client.send(apis.produce, 9, {
        acks: -1,
        timeoutMs: 1000,
        topicData: [{ name: topic, partitionData: [{ index: 0, records }] }],
      })
      const partition = responses[0]?.partitionResponses[0]
      return JSON.stringify([
        name(partition?.errorCode),
        partition?.errorMessage,
        partition?.recordErrors,
      ]).replaceAll(topic, 'T')
    },
    JSON.stringify([
      'INVALID_RECORD',
      `One or more records have been rejected due to 1 record errors in total, and only showing the first three errors at most: [RecordError(batchIndex=1, message='${keyless}')]`,
      [{ batchIndex: 1, batchIndexErrorMessage: keyless }],
    ]),
  ),
  tells(
    'Produce: timestamps out of bounds',
    async scene => {
      const topic = await scene.newTopic(1, { 'message.timestamp.before.max.ms': '1000' })
      const far = await scene.produce(topic, [recordOf('x', 1000)])
      const future = await scene.produce(topic, [recordOf('x', Date.now() + 7_200_000)])
      return [far, future, await scene.produce(topic, [recordOf('x', Date.now())])]
    },
    ['INVALID_TIMESTAMP', 'INVALID_TIMESTAMP', 'NONE 0'],
  ),
  tells(
    'Produce: the time of the log',
    async scene => {
      const topic = await scene.newTopic(1, { 'message.timestamp.type': 'LogAppendTime' })
      const { responses } = await scene.client.send(apis.produce, 9, {
        acks: -1,
        timeoutMs: 1000,
        topicData: [{ name: topic, partitionData: [{ index: 0, records: writeBatch([recordOf('x', 5)]) }] }],
      })
      const at = responses[0]?.partitionResponses[0]?.logAppendTimeMs ?? 0
      const { topics } = await scene.client.send(apis.listOffsets, 7, {
        replicaId: -1,
        topics: [{ name: topic, partitions: [{ partitionIndex: 0, timestamp: -3 }] }],
      })
      return [at > 1e12, topics[0]?.partitions[0]?.timestamp === at]
    },
    [true, true],
  ),
  tells(
    'Produce: more replicas in sync wanted than the topic has (KIP-1134)',
    async scene => {
      const topic = await scene.newTopic(1, { 'min.insync.replicas': '2' })
      return [
        await scene.produce(topic, [recordOf('x')]),
        await scene.produce(topic, [recordOf('x')], { acks: 1 }),
      ]
    },
    ['NONE 0', 'NONE 1'],
  ),
]
