import { CompressionTypes, Kafka, logLevel, Partitioners } from 'kafkajs'
import '../tools/kafkajs-queue.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestBroker, type TestBroker } from '../../broker/testing/start-broker.ts'

const timeout = 60_000

describe('kafkajs', { timeout }, () => {
  let broker: TestBroker
  beforeAll(async () => {
    broker = await startTestBroker()
  }, timeout)
  afterAll(() => broker.close(), timeout)

  const kafka = () => new Kafka({ brokers: [broker.address], logLevel: logLevel.NOTHING, clientId: 'js' })
  const produce = async (topic: string, values: string[], compression = CompressionTypes.None) => {
    const producer = kafka().producer({
      idempotent: true,
      createPartitioner: Partitioners.DefaultPartitioner,
    })
    await producer.connect()
    await producer.send({
      topic,
      compression,
      messages: values.map(value => ({ key: value, value, headers: { h: 'x' } })),
    })
    await producer.disconnect()
  }
  const consume = async (groupId: string, topic: string, count: number) => {
    const consumer = kafka().consumer({ groupId, maxWaitTimeInMs: 100, sessionTimeout: 10_000 })
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    const got: string[] = []
    await new Promise<void>(resolve => {
      void consumer.run({
        eachMessage: ({ message }) => {
          got.push(String(message.value))
          if (got.length === count) resolve()
          return Promise.resolve()
        },
      })
    })
    // stopping commits what has been resolved
    await consumer.disconnect()
    return got.sort()
  }
  const values = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, i) => `${prefix}${i}`).sort()

  it('makes topics, produces plain and gzip, and consumes', async () => {
    const admin = kafka().admin()
    await admin.connect()
    expect(await admin.createTopics({ topics: [{ topic: 'made', numPartitions: 3 }] })).toBe(true)
    expect(await admin.listTopics()).toContain('made')
    await produce('made', values('a', 50))
    await produce('made', values('b', 50), CompressionTypes.GZIP)
    expect(await consume('g', 'made', 100)).toEqual([...values('a', 50), ...values('b', 50)].sort())
    const [offsets] = await admin.fetchOffsets({ groupId: 'g', topics: ['made'] })
    expect(offsets?.partitions.reduce((sum, p) => sum + Number(p.offset), 0)).toBe(100)
    const { groups } = await admin.describeGroups(['g'])
    expect(groups[0]).toMatchObject({ groupId: 'g', state: 'Empty', protocolType: 'consumer' })
    await admin.deleteTopics({ topics: ['made'] })
    expect(await admin.listTopics()).not.toContain('made')
    await admin.disconnect()
  })

  it('resumes where a group left off, another group reads all, with a restart in between', async () => {
    await produce('resumed', values('a', 20))
    expect(await consume('one', 'resumed', 20)).toHaveLength(20)
    await broker.restart()
    await produce('resumed', values('b', 5))
    expect(await consume('one', 'resumed', 5)).toEqual(values('b', 5))
    expect(await consume('two', 'resumed', 25)).toHaveLength(25)
  })

  it('shares the partitions between two members of a group', async () => {
    await produce('shared', values('a', 40))
    const consumers = [0, 1].map(() =>
      kafka().consumer({ groupId: 'pair', maxWaitTimeInMs: 100, sessionTimeout: 10_000 }),
    )
    const assigned: Record<string, number[]>[] = [{}, {}]
    for (const [i, consumer] of consumers.entries()) {
      consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
        assigned[i] = payload.memberAssignment
      })
      await consumer.connect()
      await consumer.subscribe({ topic: 'shared', fromBeginning: true })
      await consumer.run({ eachMessage: () => Promise.resolve() })
    }
    await expect.poll(() => assigned.map(a => a['shared']?.length ?? 0), { timeout: 30_000 }).toEqual([2, 2])
    expect(assigned.flatMap(a => a['shared'] ?? []).sort()).toEqual([0, 1, 2, 3])
    for (const consumer of consumers) await consumer.disconnect()
  })

  it('commits and aborts transactions, with offsets of a group', async () => {
    const admin = kafka().admin()
    await admin.connect()
    await admin.createTopics({ topics: [{ topic: 'exact', numPartitions: 1 }] })
    const producer = kafka().producer({ transactionalId: 'tx', maxInFlightRequests: 1, idempotent: true })
    await producer.connect()
    for (const [i, isCommit] of [true, false, true].entries()) {
      const transaction = await producer.transaction()
      await transaction.send({ topic: 'exact', messages: values(`${i}-`, 3).map(value => ({ value })) })
      const partitions = [{ partition: 0, offset: String(10 + i) }]
      await transaction.sendOffsets({ consumerGroupId: 'exactly', topics: [{ topic: 'exact', partitions }] })
      if (isCommit) await transaction.commit()
      else await transaction.abort()
    }
    await producer.disconnect()
    expect(await consume('committed', 'exact', 6)).toEqual([...values('0-', 3), ...values('2-', 3)])
    const committed = () => admin.fetchOffsets({ groupId: 'exactly', topics: ['exact'] })
    await expect
      .poll(async () => (await committed())[0]?.partitions[0]?.offset, { timeout: 30_000 })
      .toBe('12')
    await broker.restart()
    const again = kafka().admin()
    await again.connect()
    const [offsets] = await again.fetchOffsets({ groupId: 'exactly', topics: ['exact'] })
    expect(offsets?.partitions[0]?.offset).toBe('12')
    await again.disconnect()
    await admin.disconnect()
  })
})
