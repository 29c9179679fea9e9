import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { apis, errorCodes, writeBatch } from '../lib/kafka/index.ts'
import { record, Scene, testTimeout } from './testing/scene.ts'

describe('descriptions', testTimeout, () => {
  const scene = Scene.forEachTest()

  it('of the data folder say how large each partition is', async () => {
    await scene.createTopic('t', 2)
    await scene.createTopic('other')
    const records = writeBatch([record('a')])
    await scene.produce(records)
    for (const version of [1, 2, 3, 4]) {
      const all = await scene.client.send(apis.describeLogDirs, version, { topics: null })
      const [folder] = all.results
      expect(folder?.logDir).toBe(join(scene.broker.dataDir, 'broker', 'data'))
      expect(folder?.topics.map(({ name }) => name)).toEqual(['t', 'other'])
      expect(folder?.topics[0]?.partitions.map(p => p.partitionSize)).toEqual([records.length, 0])
      if (version === 4) expect(folder?.totalBytes).toBeGreaterThan(folder?.usableBytes ?? 0)
      if (version === 4) expect(folder?.usableBytes).toBeGreaterThan(0)
    }
    const some = await scene.client.send(apis.describeLogDirs, 4, {
      topics: [
        { topic: 't', partitions: [1, 9] },
        { topic: 'none', partitions: [0] },
      ],
    })
    expect(some.results[0]?.topics).toMatchObject([{ name: 't', partitions: [{ partitionIndex: 1 }] }])
  })

  it('of a leader epoch say where it ended', async () => {
    await scene.createTopic('t')
    await scene.produce(writeBatch([record('a'), record('b')]))
    const end = async (leaderEpoch: number, currentLeaderEpoch = -1, topic = 't', version = 4) => {
      const { topics } = await scene.client.send(apis.offsetForLeaderEpoch, version, {
        topics: [{ topic, partitions: [{ partition: 0, currentLeaderEpoch, leaderEpoch }] }],
      })
      const found = topics[0]?.partitions[0]
      return [found?.errorCode, found?.leaderEpoch, found?.endOffset]
    }
    for (const version of [2, 3, 4]) expect(await end(0, 0, 't', version)).toEqual([0, 0, 2])
    expect(await end(1)).toEqual([0, -1, -1])
    expect(await end(0, 5)).toEqual([errorCodes.UNKNOWN_LEADER_EPOCH, -1, -1])
    expect(await end(0, -1, 'none')).toEqual([errorCodes.UNKNOWN_TOPIC_OR_PARTITION, -1, -1])
  })

  it('of elections and reassignments say that none is needed or under way', async () => {
    await scene.createTopic('t')
    for (const version of [0, 1, 2]) {
      const asked = { topicPartitions: [{ topic: 't', partitions: [0, 7] }], timeoutMs: 1000 }
      const { replicaElectionResults } = await scene.client.send(apis.electLeaders, version, asked)
      expect(replicaElectionResults[0]?.partitionResult.map(r => r.errorCode)).toEqual([
        errorCodes.ELECTION_NOT_NEEDED,
        errorCodes.UNKNOWN_TOPIC_OR_PARTITION,
      ])
    }
    const all = await scene.client.send(apis.electLeaders, 2, { electionType: 1, topicPartitions: null })
    expect([all.errorCode, all.replicaElectionResults]).toEqual([0, []])
    const wrong = await scene.client.send(apis.electLeaders, 2, { electionType: 2, topicPartitions: null })
    expect(wrong.errorCode).toBe(errorCodes.INVALID_REQUEST)
    const moving = await scene.client.send(apis.listPartitionReassignments, 0, { topics: null })
    expect([moving.errorCode, moving.topics]).toEqual([0, []])
  })

  it('of what has configurations list topics and this broker', async () => {
    await scene.createTopic('t')
    const list = async (resourceTypes: number[], version = 1) => {
      const response = await scene.client.send(apis.listConfigResources, version, { resourceTypes })
      return [response.errorCode, response.configResources.map(r => [r.resourceType, r.resourceName])]
    }
    expect(await list([])).toEqual([
      0,
      [
        [2, 't'],
        [4, '1'],
      ],
    ])
    expect(await list([2])).toEqual([0, [[2, 't']]])
    expect(await list([16, 32])).toEqual([0, []])
    expect(await list([99])).toEqual([errorCodes.UNSUPPORTED_VERSION, []])
    expect(await list([], 0)).toEqual([0, []])
  })

  it('of topics come page by page', async () => {
    const ids = [await scene.createTopic('b', 3), await scene.createTopic('a', 2)]
    const pageOf = async (
      names: string[],
      responsePartitionLimit: number,
      cursor: { topicName: string; partitionIndex: number } | null = null,
    ) => {
      const response = await scene.client.send(apis.describeTopicPartitions, 0, {
        topics: names.map(name => ({ name })),
        responsePartitionLimit,
        cursor,
      })
      const topics = response.topics.map(t => [t.name, t.errorCode, t.partitions.map(p => p.partitionIndex)])
      return { topics, next: response.nextCursor, ids: response.topics.map(t => t.topicId) }
    }
    const all = await pageOf([], 2000)
    expect(all.ids).toEqual(ids.toReversed())
    expect([all.topics, all.next]).toEqual([
      [
        ['a', 0, [0, 1]],
        ['b', 0, [0, 1, 2]],
      ],
      null,
    ])
    const first = await pageOf([], 3)
    expect(first.topics).toEqual([
      ['a', 0, [0, 1]],
      ['b', 0, [0]],
    ])
    expect(first.next).toEqual({ topicName: 'b', partitionIndex: 1 })
    const second = await pageOf([], 3, first.next)
    expect([second.topics, second.next]).toEqual([[['b', 0, [1, 2]]], null])
    expect((await pageOf(['b', 'a'], 2)).next).toEqual({ topicName: 'b', partitionIndex: 0 })
    expect((await pageOf(['b', 'a'], 0)).topics).toEqual([['a', 0, [0]]])
    expect((await pageOf(['none', 'no good'], 9)).topics).toEqual([
      ['no good', errorCodes.INVALID_TOPIC_EXCEPTION, []],
      ['none', errorCodes.UNKNOWN_TOPIC_OR_PARTITION, []],
    ])
  })
})
