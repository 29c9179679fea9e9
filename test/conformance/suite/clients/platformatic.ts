import { Admin, Consumer, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka'
import { allCodecs, type Message, type SuiteClient } from './client.ts'

const options = (address: string) => ({ clientId: 'suite', bootstrapBrokers: [address] })

/**
 * `@platformatic/kafka`. Its transactions begin with a producer id of their own making, which Kafka takes for a fenced
 * producer's; they are left out.
 */
export const platformatic: SuiteClient = {
  name: '@platformatic/kafka',
  problem: undefined,
  codecs: allCodecs,
  hasTransactions: false,
  hasConsumerProtocol: false,
  createTopic: async (address, topic, partitions) => {
    const admin = new Admin(options(address))
    await admin.createTopics({ topics: [topic], partitions, replicas: 1 })
    await admin.close()
  },
  partitionsOf: async (address, topic) => {
    const admin = new Admin(options(address))
    const { topics } = await admin.metadata({ topics: [topic] })
    await admin.close()
    return topics.get(topic)?.partitions.length ?? 0
  },
  produce: async (address, topic, messages, { codec = 'none' } = {}) => {
    const producer = new Producer({
      ...options(address),
      serializers: stringSerializers,
      idempotent: true,
      compression: codec,
    })
    await producer.send({ messages: messages.map(m => ({ ...m, topic, partition: 0 })), acks: -1 })
    await producer.close()
  },
  consume: async (address, topic, { count, group }) => {
    const groupId = group ?? `suite-${Math.random()}`
    const consumer = new Consumer({ ...options(address), groupId, deserializers: stringDeserializers })
    const stream = await consumer.consume({
      topics: [topic],
      mode: 'committed',
      fallbackMode: 'earliest',
      maxWaitTime: 100,
    })
    const got: Message[] = []
    for await (const message of stream) {
      got.push({ key: message.key, value: message.value })
      await message.commit()
      if (got.length === count) break
    }
    await stream.close()
    await consumer.close(true)
    return got
  },
}
