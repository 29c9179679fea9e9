import { describe, expect, it } from 'vitest'
import { expectNone, untilKnown } from '../client/index.ts'
import { apis, writeBatch } from '../index.ts'
import {
  abortTransaction,
  createTopic,
  fenceProducer,
  isOverdue,
  listTransactions,
  openTransactions,
} from './index.ts'
import { AdminScene } from './testing/admin-scene.ts'

const scene = AdminScene.forFile()
/** Kafka's brokers hear of a change a little after its controller. */
const slow = { timeout: 5_000 }
const base = 1_700_000_000_000

describe('transactions', () => {
  /** One that is begun and never ended: from version 12 of Produce on, writing adds the partition (KIP-890). */
  async function begin(transactionalId: string, value: string): Promise<void> {
    const target = { transactionalId }
    const asked = { transactionalId, transactionTimeoutMs: 60_000 }
    const producer = await untilKnown(async () => {
      const answer = await scene.client.request(apis.initProducerId, asked, target)
      expectNone(answer.errorCode, 'asking for a producer id')
      return answer
    })
    const records = writeBatch([{ key: null, value: Buffer.from(value), timestampMs: base, headers: [] }], {
      producerId: producer.producerId,
      producerEpoch: producer.producerEpoch,
      baseSequence: 0,
      isTransactional: true,
    })
    await scene.client.request(
      apis.produce,
      {
        transactionalId,
        acks: -1,
        timeoutMs: 5000,
        topicData: [{ name: 'txn', partitionData: [{ index: 0, records }] }],
      },
      { topic: 'txn', partition: 0 },
    )
  }

  it('are told open, are aborted, and what they wrote is then hidden from readers of committed records', async () => {
    await createTopic(scene.client, { name: 'txn', partitions: 1 })
    await begin('hanging', 'never')
    const [open] = await listTransactions(scene.client)
    expect(open).toMatchObject({
      transactionalId: 'hanging',
      state: 'Ongoing',
      partitions: [{ topic: 'txn', partition: 0 }],
    })
    expect(open !== undefined && isOverdue(open, Date.now())).toBe(false)
    expect(open !== undefined && isOverdue(open, Date.now() + 61_000)).toBe(true)
    const committed = { topic: 'txn', from: 'earliest', isolation: 'read_committed' } as const
    expect(await scene.read(committed)).toEqual([])
    expect(await scene.read({ topic: 'txn', from: 'earliest' })).toEqual(['0/0 never'])
    const [hanging] = await openTransactions(scene.client, [{ topic: 'txn', partition: 0 }])
    expect(hanging).toMatchObject({ firstOffset: 0, topic: 'txn' })
    if (hanging !== undefined) await abortTransaction(scene.client, hanging)
    await expect
      .poll(() => openTransactions(scene.client, [{ topic: 'txn', partition: 0 }]), slow)
      .toEqual([])
    await scene.fill('txn', 0, ['kept'], base)
    expect(await scene.read(committed)).toEqual(['0/2 kept'])
  })

  it('are aborted by their coordinator when another takes their place', async () => {
    await begin('fenced', 'late')
    await fenceProducer(scene.client, 'fenced')
    const found = (await listTransactions(scene.client)).find(
      ({ transactionalId }) => transactionalId === 'fenced',
    )
    expect(found?.startedMs).toBeUndefined()
  })
})
