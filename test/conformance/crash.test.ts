import { describe, expect, it } from 'vitest'
import { apis, BatchCursor, readRecords, writeBatch } from '../../lib/kafka/index.ts'
import { KilledBroker, timeout } from './killed-broker.ts'

const rounds = 4

describe('a broker that is killed at any moment', { timeout }, () => {
  const broker = KilledBroker.forSuite()

  async function produce(sequence: number): Promise<number | undefined> {
    const value = Buffer.from(`${sequence} ${'x'.repeat(sequence % 3000)}`)
    const records = writeBatch([{ key: null, value, timestampMs: sequence, headers: [] }], {
      producerId: 77n,
      producerEpoch: 0,
      baseSequence: sequence,
    })
    const topicData = [{ name: 't', partitionData: [{ index: 0, records }] }]
    const response = await broker.client.send(apis.produce, 9, { acks: -1, timeoutMs: 1000, topicData })
    return response.responses[0]?.partitionResponses[0]?.errorCode
  }

  async function commit(offset: number): Promise<number | undefined> {
    const partitions = [{ partitionIndex: 0, committedOffset: offset, committedMetadata: `at ${offset}` }]
    const response = await broker.client.send(apis.offsetCommit, 9, {
      groupId: 'g',
      generationIdOrMemberEpoch: -1,
      memberId: '',
      topics: [{ name: 't', partitions }],
    })
    return response.topics[0]?.partitions[0]?.errorCode
  }

  async function committed(): Promise<number> {
    const response = await broker.client.send(apis.offsetFetch, 9, {
      groups: [{ groupId: 'g', topics: null }],
    })
    return response.groups[0]?.topics[0]?.partitions[0]?.committedOffset ?? -1
  }

  async function lastSequence(): Promise<number> {
    const response = await broker.client.send(apis.describeProducers, 0, {
      topics: [{ name: 't', partitionIndexes: [0] }],
    })
    return response.topics[0]?.partitions[0]?.activeProducers[0]?.lastSequence ?? -1
  }

  async function readAll(): Promise<string[]> {
    const values: string[] = []
    for (;;) {
      const topics = [
        { topic: 't', partitions: [{ partition: 0, fetchOffset: values.length, partitionMaxBytes: 1e6 }] },
      ]
      const response = await broker.client.send(apis.fetch, 12, { maxWaitMs: 0, minBytes: 1, topics })
      const cursor = new BatchCursor(response.responses[0]?.partitions[0]?.records ?? Buffer.alloc(0))
      let isEnd = true
      while (cursor.next()) {
        isEnd = false
        for (const { value } of readRecords(cursor)) values.push(String(value).split(' ')[0] ?? '')
      }
      if (isEnd) return values
    }
  }

  it('has every acknowledged record once, in order, and its groups and producers know where they are', async () => {
    await broker.client.send(apis.createTopics, 7, {
      topics: [{ name: 't', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }],
    })
    let next = 0
    let acknowledged = -1
    let committedOffset = -1
    for (let round = 0; round < rounds; round++) {
      const killed = broker.killAfter(150 + 100 * round)
      try {
        for (; ; next++) {
          const sent = [produce(next), produce(next + 1), produce(next + 2)]
          expect(await Promise.all(sent)).toEqual([0, 0, 0])
          next += 2
          acknowledged = next
          expect(await commit(acknowledged)).toBe(0)
          committedOffset = acknowledged
        }
      } catch (error) {
        expect(String(error)).toContain('connection closed')
      }
      await killed
      await broker.start()
      const last = await lastSequence()
      expect(last).toBeGreaterThanOrEqual(acknowledged)
      expect(await committed()).toBeGreaterThanOrEqual(committedOffset)
      expect(await readAll()).toEqual(Array.from({ length: last + 1 }, (_, i) => String(i)))
      // goes on right after what the broker knows; what it has already is answered without being written again
      expect(await produce(last)).toBe(0)
      next = last + 1
      acknowledged = last
    }
    expect(acknowledged).toBeGreaterThan(rounds * 5)
  })

  it('has every step of a consumer group that it answered', async () => {
    let epoch = 0
    const beat = async (memberEpoch: number, topics: string[]) =>
      await broker.client.send(apis.consumerGroupHeartbeat, 1, {
        groupId: 'members',
        memberId: 'm',
        memberEpoch,
        rebalanceTimeoutMs: 60_000,
        subscribedTopicNames: topics,
        topicPartitions: [],
      })
    for (let round = 0; round < rounds; round++) {
      const killed = broker.killAfter(150 + 100 * round)
      try {
        // each asks for something else than the one before, which makes a new epoch
        for (let i = 0; ; i++) epoch = (await beat(epoch, i % 2 === 0 ? ['t'] : ['t', 'u'])).memberEpoch
      } catch (error) {
        expect(String(error)).toContain('connection closed')
      }
      await killed
      await broker.start()
      const described = await broker.client.send(apis.consumerGroupDescribe, 1, {
        groupIds: ['members'],
        includeAuthorizedOperations: false,
      })
      const [group] = described.groups
      expect(group?.groupEpoch).toBeGreaterThanOrEqual(epoch)
      expect(group?.groupEpoch).toBeLessThanOrEqual(epoch + 1)
      expect(group?.members[0]?.memberEpoch).toBe(group?.groupEpoch)
      // the answer to the last step may be lost: it goes on from the one before
      epoch = (await beat(epoch, ['t'])).memberEpoch
    }
    expect(epoch).toBeGreaterThan(rounds * 5)
  })

  it('hands out no record again to a share group that it has answered as accepted', async () => {
    const created = await broker.client.send(apis.createTopics, 7, {
      topics: [{ name: 's', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }],
    })
    const topicId = created.topics[0]?.topicId ?? ''
    const record = { key: null, value: Buffer.from('x'), timestampMs: 1, headers: [] }
    const records = writeBatch(Array(2000).fill(record))
    const topicData = [{ name: 's', partitionData: [{ index: 0, records }] }]
    await broker.client.send(apis.alterShareGroupOffsets, 0, {
      groupId: 'share',
      topics: [{ topicName: 's', partitions: [{ partitionIndex: 0, startOffset: 0 }] }],
    })
    await broker.client.send(apis.produce, 9, { acks: -1, timeoutMs: 1000, topicData })
    const fetch = async (shareSessionEpoch: number, accepted: number[]) => {
      const acknowledgementBatches = accepted.map(offset => ({
        firstOffset: offset,
        lastOffset: offset,
        acknowledgeTypes: [1],
      }))
      const response = await broker.client.send(apis.shareFetch, 2, {
        groupId: 'share',
        memberId: 'm',
        shareSessionEpoch,
        maxWaitMs: 0,
        minBytes: 1,
        maxRecords: 3,
        batchSize: 3,
        shareAcquireMode: 1,
        topics: [{ topicId, partitions: [{ partitionIndex: 0, acknowledgementBatches }] }],
        forgottenTopicsData: [],
      })
      const [partition] = response.responses[0]?.partitions ?? []
      expect([response.errorCode, partition?.errorCode, partition?.acknowledgeErrorCode]).toEqual([0, 0, 0])
      const acquired = partition?.acquiredRecords ?? []
      return acquired.flatMap(({ firstOffset, lastOffset }) =>
        Array.from({ length: lastOffset - firstOffset + 1 }, (_, i) => firstOffset + i),
      )
    }
    const accepted = new Set<number>()
    for (let round = 0; round < rounds; round++) {
      const killed = broker.killAfter(150 + 50 * round)
      let sent: number[] = []
      try {
        for (let epoch = 0; ; epoch++) {
          const acquired = await fetch(epoch, sent)
          for (const offset of sent) accepted.add(offset)
          expect(acquired.filter(offset => accepted.has(offset))).toEqual([])
          sent = acquired.slice(0, 2)
        }
      } catch (error) {
        expect(String(error)).toContain('connection closed')
      }
      await killed
      await broker.start()
    }
    expect(accepted.size).toBeGreaterThan(rounds * 5)
  })
})
