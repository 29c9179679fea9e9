import { describe, expect, it } from 'vitest'
import { apis, errorCodes, writeBatch } from '../lib/kafka/index.ts'
import { record, Scene, testTimeout, valuesOf } from './testing/scene.ts'
import { WireClient } from './testing/wire-client.ts'

describe('produce and fetch', testTimeout, () => {
  const scene = Scene.forEachTest()

  it.each([3, 4, 5, 6, 7, 8, 9, 10, 11, 12])('work in Produce version %i', async version => {
    await scene.createTopic('t')
    expect(await scene.produce(writeBatch([record('a'), record('b')]), { version })).toEqual({
      errorCode: 0,
      baseOffset: 0,
    })
    expect(await scene.produce(writeBatch([record('c')]), { version })).toEqual({
      errorCode: 0,
      baseOffset: 2,
    })
    expect((await scene.fetch(0)).values).toEqual(['a', 'b', 'c'])
  })

  it.each([4, 5, 6, 7, 8, 9, 10, 11, 12])('work in Fetch version %i', async version => {
    await scene.createTopic('t')
    await scene.produce(writeBatch([record('a')]))
    const fetched = await scene.fetch(0, { version })
    expect(fetched).toMatchObject({ errorCode: 0, highWatermark: 1, lastStableOffset: 1, values: ['a'] })
  })

  it('name topics by id in the newest versions (KIP-516)', async () => {
    const topicId = await scene.createTopic('t')
    const records = writeBatch([record('a')])
    const partitionData = [{ index: 0, records }]
    const produced = await scene.client.send(apis.produce, 13, {
      acks: -1,
      timeoutMs: 1000,
      topicData: [
        { topicId, partitionData },
        { topicId: topicId.replace(/^../, 'xx'), partitionData },
      ],
    })
    expect(produced.responses.map(r => r.partitionResponses[0]?.errorCode)).toEqual([
      0,
      errorCodes.UNKNOWN_TOPIC_ID,
    ])
    for (const version of [13, 14, 15, 16, 17, 18]) {
      const fetched = await scene.client.send(apis.fetch, version, {
        maxWaitMs: 0,
        minBytes: 1,
        topics: [{ topicId, partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1000 }] }],
      })
      expect(valuesOf(fetched.responses[0]?.partitions[0]?.records)).toEqual(['a'])
    }
  })

  it('refuse what Kafka refuses', async () => {
    await scene.createTopic('t', 1, { 'max.message.bytes': '5000' })
    const good = writeBatch([record('a')])
    const damaged = Buffer.from(good)
    damaged[62] = (damaged[62] as number) ^ 1
    const cases: [Buffer, Parameters<Scene['produce']>[1], keyof typeof errorCodes][] = [
      [damaged, {}, 'CORRUPT_MESSAGE'],
      [good.subarray(0, 60), {}, 'INVALID_RECORD'],
      [Buffer.concat([good, good]), {}, 'INVALID_RECORD'],
      [writeBatch([record('x'.repeat(6000))]), {}, 'MESSAGE_TOO_LARGE'],
      [writeBatch([record('a')], { isControl: true }), {}, 'INVALID_RECORD'],
      [
        writeBatch([record('a')], { isTransactional: true, producerId: 1n }),
        {},
        'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
      ],
      [writeBatch([record('a')], { compression: 'zstd' }), { version: 6 }, 'UNSUPPORTED_COMPRESSION_TYPE'],
      [good, { acks: 2 }, 'INVALID_REQUIRED_ACKS'],
      [good, { topic: 'none' }, 'UNKNOWN_TOPIC_OR_PARTITION'],
      [good, { topic: '__consumer_offsets' }, 'UNKNOWN_TOPIC_OR_PARTITION'],
    ]
    for (const [records, options, code] of cases)
      expect(await scene.produce(records, options), code).toEqual({
        errorCode: errorCodes[code],
        baseOffset: -1,
      })
    expect((await scene.fetch(0)).highWatermark).toBe(0)
    expect((await scene.fetch(1)).errorCode).toBe(errorCodes.OFFSET_OUT_OF_RANGE)
  })

  it('with acks=0 get no answer, and answers stay in the order of requests', async () => {
    await scene.createTopic('t')
    const request = (acks: number, text: string) =>
      scene.client.send(apis.produce, 9, {
        acks,
        timeoutMs: 1,
        topicData: [{ name: 't', partitionData: [{ index: 0, records: writeBatch([record(text)]) }] }],
      })
    void request(0, 'silent').catch(() => undefined)
    const answers = [
      request(-1, 'a'),
      scene.client.send(apis.metadata, 12, { topics: null }),
      request(1, 'b'),
    ]
    await Promise.all(answers)
    expect(scene.client.answered).toEqual([...scene.client.answered].sort((a, b) => a - b))
    expect((await scene.fetch(0)).values).toEqual(['silent', 'a', 'b'])
  })

  it('carry batches larger than a receive chunk, and many small ones at once', async () => {
    await scene.createTopic('t', 1, { 'max.message.bytes': '10000000' })
    const large = 'x'.repeat(5_000_000)
    const sent = [scene.produce(writeBatch([record(large)]))]
    for (let i = 0; i < 500; i++) sent.push(scene.produce(writeBatch([record(`small ${i}`)])))
    const offsets = (await Promise.all(sent)).map(s => s.baseOffset)
    expect(offsets).toEqual(Array.from({ length: 501 }, (_, i) => i))
    expect((await scene.fetch(0)).values[0]).toBe(large)
    expect((await scene.fetch(1)).values).toEqual(Array.from({ length: 500 }, (_, i) => `small ${i}`))
  })

  it('wait for data as long as they may, and no longer', async () => {
    await scene.createTopic('t')
    const producer = await WireClient.open(scene.broker.address)
    const waiting = scene.fetch(0, { maxWaitMs: 4_000 })
    const records = writeBatch([record('late')])
    await producer.send(apis.produce, 9, {
      acks: -1,
      timeoutMs: 1000,
      topicData: [{ name: 't', partitionData: [{ index: 0, records }] }],
    })
    expect((await waiting).values).toEqual(['late'])
    producer.close()
    const started = performance.now()
    expect((await scene.fetch(1, { maxWaitMs: 100 })).values).toEqual([])
    expect(performance.now() - started).toBeGreaterThan(90)
    // what is there is less than asked for, so the time runs out
    const again = performance.now()
    expect((await scene.fetch(0, { maxWaitMs: 100, minBytes: 10_000 })).values).toEqual(['late'])
    expect(performance.now() - again).toBeGreaterThan(90)
  })

  it('find offsets by time and at the ends', async () => {
    await scene.createTopic('t')
    await scene.produce(writeBatch([record('a', 100), record('b', 300), record('c', 200)]))
    for (const version of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) {
      const at = async (timestamp: number) => {
        const response = await scene.client.send(apis.listOffsets, version, {
          replicaId: -1,
          topics: [{ name: 't', partitions: [{ partitionIndex: 0, timestamp }] }],
        })
        const { offset, timestamp: found } = response.topics[0]?.partitions[0] ?? {}
        return [offset, found]
      }
      expect(await at(-1)).toEqual([3, -1])
      expect(await at(-2)).toEqual([0, -1])
      // the largest timestamp can be asked for from version 7 on
      expect(await at(-3)).toEqual(version >= 7 ? [1, 300] : [-1, -1])
      expect(await at(150)).toEqual([1, 300])
      expect(await at(301)).toEqual([-1, -1])
    }
  })
})
