import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { committedOf } from '../../broker/testing/scene.ts'
import { TransactionalProducer } from '../../broker/testing/transactional-producer.ts'
import { apis } from '../../lib/kafka/index.ts'
import { KilledBroker, timeout } from './killed-broker.ts'

const rounds = 6
/** Of all waiting in a test. */
const patienceMs = 30_000

describe.each([1, 2] as const)('a broker killed amid transactions of protocol %i', { timeout }, protocol => {
  const broker = KilledBroker.forSuite()
  const waited = { ms: 0 }

  /** What a reader of committed records gets of all there is, once nothing is open. */
  async function readCommitted(topic: string): Promise<string[]> {
    const values: string[] = []
    for (let fetchOffset = 0; ; ) {
      const partitions = [{ partition: 0, fetchOffset, partitionMaxBytes: 10_000_000 }]
      const request = { maxWaitMs: 0, minBytes: 1, isolationLevel: 1, topics: [{ topic, partitions }] }
      const answer = (await broker.client.send(apis.fetch, 12, request)).responses[0]?.partitions[0]
      const batches = answer?.records ?? Buffer.alloc(0)
      const { committed, nextOffset } = committedOf(batches, answer?.abortedTransactions ?? [], fetchOffset)
      values.push(...committed)
      if (nextOffset === fetchOffset && answer?.lastStableOffset === answer?.highWatermark) return values
      if (nextOffset === fetchOffset) await again(`${topic} to settle`)
      fetchOffset = nextOffset
    }
  }

  /** Waits a little, but not for ever: what does not settle is told with what the broker knows. */
  async function again(what: string): Promise<void> {
    await sleep(20)
    waited.ms += 20
    if (waited.ms < patienceMs) return
    const names = ['t', 'u', '__consumer_offsets']
    const topics = names.map(name => ({
      name,
      partitionIndexes: name === names[2] ? [0, 1, 2, 3, 4, 5, 6, 7] : [0],
    }))
    const producers = await broker.client.send(apis.describeProducers, 0, { topics })
    const transactions = await broker.client.send(apis.describeTransactions, 0, { transactionalIds: ['x'] })
    const text = (value: unknown) =>
      JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? Number(part) : part))
    throw new Error(
      `waited too long for ${what}: ${text(transactions.transactionStates)} ${text(producers.topics)}\n${broker.output()}`,
    )
  }

  async function committedOffset(): Promise<number> {
    for (;;) {
      const groups = [{ groupId: 'g', topics: [{ name: 't', partitionIndexes: [0] }] }]
      const response = await broker.client.send(apis.offsetFetch, 9, { groups, requireStable: true })
      const partition = response.groups[0]?.topics[0]?.partitions[0]
      if (partition?.errorCode === 0) return partition.committedOffset
      await again('the offset to settle')
    }
  }

  /** Copies numbers to both topics and commits how far it got, every third time in vain. */
  async function transactUntilKilled(producer: TransactionalProducer, from: number, answered: string[]) {
    try {
      for (let next = from; ; next++) {
        for (const topic of ['t', 'u'])
          expect(await retried(() => producer.write(String(next), topic))).toBe(0)
        if (protocol === 1) expect(await producer.addOffsets('g')).toBe(0)
        expect(await retried(() => producer.commitOffset('g', next))).toBe(0)
        const isCommit = next % 3 !== 0
        expect(await producer.end(isCommit)).toBe(0)
        if (isCommit) answered.push(String(next))
      }
    } catch (error) {
      return error
    }
  }

  it('shows each transaction in all its partitions and offsets, or in none', async () => {
    for (const name of ['t', 'u'])
      await broker.client.send(apis.createTopics, 7, {
        topics: [{ name, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }],
      })
    let next = 0
    for (let round = 0; round < rounds; round++) {
      const producer = new TransactionalProducer(broker, 'x', protocol)
      expect(await producer.init()).toBe(0)
      // what was decided before the kill and what was not is settled now
      const before = await readCommitted('t')
      expect(await readCommitted('u')).toEqual(before)
      expect(await committedOffset()).toBe(before.length === 0 ? -1 : Number(before.at(-1)))
      expect(before).toEqual([...new Set(before)])
      const answered: string[] = []
      const killed = broker.killAfter(200 + 70 * round)
      const error = await transactUntilKilled(producer, next, answered)
      expect(String(error)).toContain('connection closed')
      next = Number(answered.at(-1) ?? next) + 3
      await killed
      await broker.start()
      const after = await new TransactionalProducer(broker, 'x', protocol).init()
      expect(after).toBe(0)
      const seen = await readCommitted('t')
      expect(seen.slice(0, before.length)).toEqual(before)
      // all that was answered, and at most the one whose answer was lost
      const fresh = seen.slice(before.length)
      expect(fresh.slice(0, answered.length)).toEqual(answered)
      expect(fresh.length - answered.length).toBeLessThanOrEqual(1)
    }
    expect(next).toBeGreaterThan(rounds * 5)
  })
})

/** The transaction before may still be carried out: a client asks again, but not for ever. */
async function retried(ask: () => Promise<number>): Promise<number> {
  for (let waitedMs = 0; ; waitedMs += 5) {
    const errorCode = await ask()
    if (errorCode !== 51) return errorCode
    if (waitedMs > patienceMs) throw new Error('CONCURRENT_TRANSACTIONS for ever')
    await sleep(5)
  }
}
