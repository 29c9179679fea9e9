import {
  Admin,
  Consumer,
  type MessagesStream,
  Producer,
  stringDeserializers,
  stringSerializers,
} from '@platformatic/kafka'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestBroker, type TestBroker } from '../../broker/testing/start-broker.ts'

const timeout = 60_000
type Messages = MessagesStream<string, string, string, string>

describe('@platformatic/kafka', { timeout }, () => {
  let broker: TestBroker
  beforeAll(async () => {
    broker = await startTestBroker()
  }, timeout)
  afterAll(() => broker.close(), timeout)

  const options = () => ({ clientId: 'p', bootstrapBrokers: [broker.address] })

  async function createTopic(name: string, partitions = 2): Promise<void> {
    const admin = new Admin(options())
    await admin.createTopics({ topics: [name], partitions, replicas: 1 })
    await admin.close()
  }

  async function produce(
    topic: string,
    values: string[],
    compression: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd' = 'none',
  ): Promise<void> {
    const producer = new Producer({
      ...options(),
      serializers: stringSerializers,
      idempotent: true,
      compression,
    })
    await producer.send({ messages: values.map(value => ({ topic, key: value, value })), acks: -1 })
    await producer.close()
  }

  async function consume(groupId: string, topic: string, count: number): Promise<string[]> {
    const consumer = new Consumer({ ...options(), groupId, deserializers: stringDeserializers })
    const stream: Messages = await consumer.consume({
      topics: [topic],
      mode: 'committed',
      fallbackMode: 'earliest',
      maxWaitTime: 100,
    })
    const values: string[] = []
    for await (const message of stream) {
      values.push(message.value)
      await message.commit()
      if (values.length === count) break
    }
    await stream.close()
    await consumer.close(true)
    return values.sort()
  }

  it.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const)(
    'produces and consumes, compression %s',
    async codec => {
      await createTopic(`codec-${codec}`)
      const values = Array.from({ length: 50 }, (_, i) => `value ${i} ${'x'.repeat(i)}`).sort()
      await produce(`codec-${codec}`, values, codec)
      expect(await consume(`g-${codec}`, `codec-${codec}`, 50)).toEqual(values)
    },
  )

  it('resumes where a group left off, another group reads all, with a restart in between', async () => {
    await createTopic('resumed')
    await produce('resumed', ['a', 'b', 'c'])
    expect(await consume('one', 'resumed', 3)).toEqual(['a', 'b', 'c'])
    await broker.restart()
    await produce('resumed', ['d', 'e'])
    expect(await consume('one', 'resumed', 2)).toEqual(['d', 'e'])
    expect(await consume('two', 'resumed', 5)).toEqual(['a', 'b', 'c', 'd', 'e'])
  })
})
