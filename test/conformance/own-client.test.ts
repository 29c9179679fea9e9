import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestBroker, type TestBroker } from '../../broker/testing/start-broker.ts'
import { createKafkaClient, type KafkaClient } from '../../lib/kafka/client/index.ts'
import { BatchCursor, errorCodes, readRecords, writeBatch } from '../../lib/kafka/index.ts'
import { until } from '../e2e/stack.ts'

let broker: TestBroker
let client: KafkaClient

const batch = (value: string, producer = {}) =>
  writeBatch(
    [
      {
        key: null,
        value: Buffer.from(value),
        timestampMs: 1_700_000_000_000,
        headers: [{ key: 'h', value: 'v' }],
      },
    ],
    { compression: 'zstd', ...producer },
  )

describe('our own client of a Kafka cluster', () => {
  beforeAll(async () => {
    broker = await startTestBroker()
    client = createKafkaClient({ brokers: [broker.address], clientId: 'test' })
  }, 30_000)
  afterAll(async () => {
    await client?.close()
    await broker?.close()
  }, 30_000)

  it('makes a topic once and finds it again', async () => {
    const made = await client.ensureTopic('made', 3)
    expect(made.leaders).toHaveLength(3)
    expect(await client.ensureTopic('made', 5)).toEqual(made)
    expect((await client.metadata(['nowhere'])).size).toBe(0)
  })

  it('sends to a partition in the order of the calls, also while it asks who leads it', async () => {
    await client.ensureTopic('ordered', 1)
    for (let round = 0; round < 10; round++) {
      // knows nothing yet: every call needs metadata, and those that come while it is asked for must not overtake
      const fresh = createKafkaClient({ brokers: [broker.address], clientId: 'test' })
      const producer = await fresh.initProducerId()
      const sent = []
      for (let baseSequence = 0; baseSequence < 5; baseSequence++) {
        sent.push(fresh.produce('ordered', 0, batch(`${baseSequence}`, { ...producer, baseSequence })))
        if (baseSequence === 2) await new Promise(resolve => setTimeout(resolve, round % 3))
      }
      expect((await Promise.all(sent)).map(({ errorCode }) => errorCode)).toEqual([0, 0, 0, 0, 0])
      await fresh.close()
    }
  })

  it('produces with chosen sequences, and the broker remembers them', async () => {
    await client.ensureTopic('sequenced', 1)
    const producer = await client.initProducerId()
    expect(await client.describeProducer('sequenced', 0, producer.producerId)).toBeUndefined()
    for (const baseSequence of [0, 1, 2])
      expect(
        (await client.produce('sequenced', 0, batch(`r${baseSequence}`, { ...producer, baseSequence })))
          .errorCode,
      ).toBe(0)
    const again = await client.produce('sequenced', 0, batch('r2', { ...producer, baseSequence: 2 }))
    expect(again).toMatchObject({ errorCode: errorCodes.NONE, baseOffset: 2 })
    const gap = await client.produce('sequenced', 0, batch('r9', { ...producer, baseSequence: 9 }))
    expect(gap.errorCode).toBe(errorCodes.OUT_OF_ORDER_SEQUENCE_NUMBER)
    expect(await client.describeProducer('sequenced', 0, producer.producerId)).toMatchObject({
      lastSequence: 2,
    })
    expect(await client.listOffset('sequenced', 0, 'latest')).toBe(3)
    expect(await client.listOffset('sequenced', 0, 1_700_000_000_000)).toBe(0)
    expect(await client.listOffset('sequenced', 0, 1_800_000_000_000)).toBe(3)
  })

  it('fetches whole batches, and waits for the next one', async () => {
    await client.ensureTopic('fetched', 2)
    const fetcher = client.openFetcher()
    const waiting = fetcher.fetch([{ topic: 'fetched', partition: 1, offset: 0, maxBytes: 1e6 }], {
      maxWaitMs: 10_000,
    })
    await client.produce('fetched', 1, batch('awaited'))
    const [result] = await waiting
    const cursor = new BatchCursor(result?.records ?? Buffer.alloc(0))
    expect(cursor.next()).toBe(true)
    const [record] = readRecords(cursor)
    expect(record?.value?.toString()).toBe('awaited')
    expect(record?.headers[0]?.value?.toString()).toBe('v')
    const [beyond] = await fetcher.fetch([{ topic: 'fetched', partition: 1, offset: 99, maxBytes: 1e6 }], {
      maxWaitMs: 10,
    })
    expect(beyond?.errorCode).toBe(errorCodes.OFFSET_OUT_OF_RANGE)
    await fetcher.close()
  }, 20_000)

  it('shares a group, commits with metadata, and takes over from who leaves', async () => {
    await client.ensureTopic('grouped', 3)
    const options = { group: 'g', topics: ['grouped'] }
    const first = await client.joinGroup({ ...options, clientId: 'one' })
    expect(first.assignment).toHaveLength(3)
    expect(await first.commit([{ topic: 'grouped', partition: 0, offset: 7, metadata: 'to=9' }])).toBe(
      errorCodes.NONE,
    )
    expect(await client.committed('g', { grouped: [0, 1] })).toEqual([
      { topic: 'grouped', partition: 0, offset: 7, metadata: 'to=9' },
      { topic: 'grouped', partition: 1, offset: -1, metadata: '' },
    ])
    let revoked = 0
    first.onRevoked = () => Promise.resolve(void revoked++)
    const second = await client.joinGroup({ ...options, clientId: 'two' })
    expect(revoked).toBe(1)
    await until(() => first.assignment.length + second.assignment.length === 3, 10_000)
    expect((await client.describeGroup('g')).members.map(m => m.clientId).toSorted()).toEqual(['one', 'two'])
    await first.close()
    await until(() => second.assignment.length === 3, 20_000)
    await second.close()
  }, 40_000)

  it('says which broker does not answer', async () => {
    const lost = createKafkaClient({ brokers: ['127.0.0.1:1'], clientId: 'test' })
    await expect(lost.metadata()).rejects.toMatchObject({
      code: 'KAFKA_UNREACHABLE',
      message: expect.stringContaining('no answer from the broker 127.0.0.1:1') as string,
    })
    await lost.close()
  })
})
