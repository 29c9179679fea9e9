import { describe, expect, it } from 'vitest'
import { apis, type Compression, errorCodes, writeBatch } from '../lib/kafka/index.ts'
import { record, Scene, testTimeout } from './testing/scene.ts'

describe('idempotent producers', testTimeout, () => {
  const scene = Scene.forEachTest()

  const stamp = { producerId: 5n, producerEpoch: 0 }
  const batch = (baseSequence: number, producer = stamp, compression: Compression = 'none') =>
    writeBatch([record(`s${baseSequence}`)], { ...producer, baseSequence, compression })

  it('are answered a repeated batch with its first offset, also while it is being written and after a restart', async () => {
    await scene.createTopic('t')
    const both = await Promise.all([scene.produce(batch(0)), scene.produce(batch(0))])
    expect(both).toEqual([
      { errorCode: 0, baseOffset: 0 },
      { errorCode: 0, baseOffset: 0 },
    ])
    await scene.produce(batch(1))
    expect((await scene.produce(batch(3))).errorCode).toBe(errorCodes.OUT_OF_ORDER_SEQUENCE_NUMBER)
    await scene.restart()
    expect(await scene.produce(batch(1))).toEqual({ errorCode: 0, baseOffset: 1 })
    expect((await scene.produce(batch(3))).errorCode).toBe(errorCodes.OUT_OF_ORDER_SEQUENCE_NUMBER)
    expect(await scene.produce(batch(2))).toEqual({ errorCode: 0, baseOffset: 2 })
    expect(await scene.produce(batch(0, { producerId: 5n, producerEpoch: 1 }))).toEqual({
      errorCode: 0,
      baseOffset: 3,
    })
    expect((await scene.produce(batch(3))).errorCode).toBe(errorCodes.INVALID_PRODUCER_EPOCH)
    expect((await scene.fetch(0)).values).toEqual(['s0', 's1', 's2', 's0'])
  })

  it('get ids that no one had before, also after a restart, and are described', async () => {
    const next = async () =>
      (await scene.client.send(apis.initProducerId, 4, { transactionalId: null, transactionTimeoutMs: 1 }))
        .producerId
    const first = await next()
    expect(await next()).not.toBe(first)
    await scene.restart()
    expect(await next()).toBeGreaterThan(first + 1n)
    await scene.createTopic('t')
    await scene.produce(batch(7))
    const described = await scene.client.send(apis.describeProducers, 0, {
      topics: [{ name: 't', partitionIndexes: [0] }],
    })
    expect(described.topics[0]?.partitions[0]?.activeProducers).toMatchObject([
      { producerId: 5n, producerEpoch: 0, lastSequence: 7, currentTxnStartOffset: -1 },
    ])
  })
})
