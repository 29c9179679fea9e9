import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { apis, BatchCursor, readRecords, writeBatch } from '../../lib/kafka/index.ts'
import { KilledBroker, timeout } from './killed-broker.ts'

const rounds = 5
const keys = 20
const configs = {
  'cleanup.policy': 'compact',
  'internal.segment.bytes': '4000',
  'min.cleanable.dirty.ratio': '0.01',
  'file.delete.delay.ms': '0',
}

describe('a broker that is killed while it compacts', { timeout }, () => {
  const broker = KilledBroker.forSuite(['broker.cleanerBackoffMs=10'])

  async function produce(sequence: number): Promise<number | undefined> {
    const key = Buffer.from(`key ${sequence % keys}`)
    const value = Buffer.from(`${sequence} ${'x'.repeat(sequence % 300)}`)
    const options = { producerId: 77n, producerEpoch: 0, baseSequence: sequence }
    const records = writeBatch([{ key, value, timestampMs: 1, headers: [] }], options)
    const topicData = [{ name: 't', partitionData: [{ index: 0, records }] }]
    const response = await broker.client.send(apis.produce, 9, { acks: -1, timeoutMs: 1000, topicData })
    return response.responses[0]?.partitionResponses[0]?.errorCode
  }

  /** Of each record its offset, key and number. */
  async function readAll(): Promise<{ offset: number; key: string; sequence: number }[]> {
    const found: { offset: number; key: string; sequence: number }[] = []
    for (let at = 0; ; ) {
      const topics = [{ topic: 't', partitions: [{ partition: 0, fetchOffset: at, partitionMaxBytes: 1e6 }] }]
      const response = await broker.client.send(apis.fetch, 12, { maxWaitMs: 0, minBytes: 1, topics })
      const cursor = new BatchCursor(response.responses[0]?.partitions[0]?.records ?? Buffer.alloc(0))
      const before = at
      for (; cursor.next(); at = cursor.nextOffset)
        for (const { offset, key, value } of readRecords(cursor))
          found.push({ offset, key: String(key), sequence: Number.parseInt(String(value), 10) })
      if (at === before) return found
    }
  }

  it('has the newest value of every key, at its offset, and goes on', async () => {
    const given = Object.entries(configs).map(([name, value]) => ({ name, value }))
    await broker.client.send(apis.createTopics, 7, {
      topics: [{ name: 't', numPartitions: 1, replicationFactor: 1, assignments: [], configs: given }],
    })
    let next = 0
    for (let round = 0; round < rounds; round++) {
      const killed = broker.killAfter(300 + 70 * round)
      try {
        for (; ; next++) expect(await produce(next)).toBe(0)
      } catch (error) {
        expect(String(error)).toContain('connection closed')
      }
      await killed
      await broker.start()
      // what was not answered may be there or not
      expect(await produce(next)).toBe(0)
      next++
      const found = await readAll()
      // one producer with one record a batch: number and offset are the same
      for (const { offset, key, sequence } of found)
        expect([sequence, key]).toEqual([offset, `key ${offset % keys}`])
      const newest = new Map(found.map(({ key, sequence }) => [key, sequence]))
      const expected = Array.from({ length: Math.min(keys, next) }, (_, i) => next - 1 - i)
      expect([...newest.values()].sort((a, b) => b - a)).toEqual(expected)
    }
    expect(next).toBeGreaterThan(rounds * 10)
    expect((await readAll()).length).toBeLessThan(next)
    // the cleaner may be in the midst of a swap; what a crash left would stay
    const swaps = async () =>
      (await readdir(join(broker.dataDir, 'broker', 'data', 't-0'))).filter(name => name.endsWith('.swap'))
    await expect.poll(swaps, { timeout: 10_000 }).toEqual([])
  })
})
