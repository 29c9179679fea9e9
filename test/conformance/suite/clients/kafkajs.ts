import { CompressionTypes, Kafka, logLevel } from 'kafkajs'
import '../../../tools/kafkajs-queue.ts'
import type { Message, SuiteClient } from './client.ts'

const kafka = (address: string) =>
  new Kafka({ brokers: [address], logLevel: logLevel.NOTHING, clientId: 'suite' })

/** kafkajs, which knows gzip alone of the codecs, and the classic protocol alone. */
export const kafkajs: SuiteClient = {
  name: 'kafkajs',
  problem: undefined,
  codecs: ['none', 'gzip'],
  hasTransactions: true,
  hasConsumerProtocol: false,
  createTopic: (address, topic, numPartitions) =>
    withAdmin(address, async admin => {
      await admin.createTopics({ topics: [{ topic, numPartitions }], waitForLeaders: false })
    }),
  partitionsOf: (address, topic) =>
    withAdmin(address, async admin => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
      return topics[0]?.partitions.length ?? 0
    }),
  produce: async (address, topic, messages, { codec = 'none', transaction } = {}) => {
    const compression = codec === 'gzip' ? CompressionTypes.GZIP : CompressionTypes.None
    const batch = { topic, compression, messages: messages.map(message => ({ ...message, partition: 0 })) }
    const producer = kafka(address).producer({
      idempotent: true,
      maxInFlightRequests: 1,
      ...(transaction === undefined ? {} : { transactionalId: transaction.id }),
    })
    await producer.connect()
    if (transaction === undefined) await producer.send(batch)
    else {
      const open = await producer.transaction()
      await open.send(batch)
      await (transaction.outcome === 'commit' ? open.commit() : open.abort())
    }
    await producer.disconnect()
  },
  consume: async (address, topic, { count, group, isCommittedOnly = false }) => {
    const consumer = kafka(address).consumer({
      groupId: group ?? `suite-${Math.random()}`,
      maxWaitTimeInMs: 100,
      readUncommitted: !isCommittedOnly,
    })
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    const got: Message[] = []
    await new Promise<void>((resolve, reject) => {
      consumer
        .run({
          eachMessage: ({ message }) => {
            got.push({ key: String(message.key), value: String(message.value) })
            if (got.length === count) resolve()
            return Promise.resolve()
          },
        })
        .catch(reject)
    })
    await consumer.disconnect()
    return got
  },
}

async function withAdmin<T>(
  address: string,
  work: (admin: ReturnType<Kafka['admin']>) => Promise<T>,
): Promise<T> {
  const admin = kafka(address).admin()
  await admin.connect()
  try {
    return await work(admin)
  } finally {
    await admin.disconnect()
  }
}
