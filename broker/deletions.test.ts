import { describe, expect, it } from 'vitest'
import { apis, errorCodes, writeBatch } from '../lib/kafka/index.ts'
import { record, Scene, testTimeout } from './testing/scene.ts'

describe('deleted records', testTimeout, () => {
  const scene = Scene.forEachTest()

  async function deleteBefore(offset: number, topic = 't', partitionIndex = 0, version = 2) {
    const { topics } = await scene.client.send(apis.deleteRecords, version, {
      topics: [{ name: topic, partitions: [{ partitionIndex, offset }] }],
      timeoutMs: 1000,
    })
    const { errorCode, lowWatermark } = topics[0]?.partitions[0] ?? {}
    return [errorCode, lowWatermark]
  }

  it('are gone for readers, also after a restart; the rest stays', async () => {
    await scene.createTopic('t')
    for (const text of ['a', 'b', 'c', 'd']) await scene.produce(writeBatch([record(text)]))
    expect(await deleteBefore(2, 't', 0, 0)).toEqual([0, 2])
    expect(await deleteBefore(1)).toEqual([0, 2])
    expect((await scene.fetch(1)).errorCode).toBe(errorCodes.OFFSET_OUT_OF_RANGE)
    await scene.restart()
    expect((await scene.fetch(1)).errorCode).toBe(errorCodes.OFFSET_OUT_OF_RANGE)
    expect((await scene.fetch(2)).values).toEqual(['c', 'd'])
    expect(await deleteBefore(-1)).toEqual([0, 4])
    expect(await scene.fetch(4)).toMatchObject({ errorCode: 0, logStartOffset: 4, highWatermark: 4 })
    expect(await scene.produce(writeBatch([record('e')]))).toEqual({ errorCode: 0, baseOffset: 4 })
  })

  it('are refused past the end, of topics not there, compacted or internal', async () => {
    await scene.createTopic('t')
    await scene.createTopic('compacted', 1, { 'cleanup.policy': 'compact' })
    expect(await deleteBefore(1)).toEqual([errorCodes.OFFSET_OUT_OF_RANGE, -1])
    expect(await deleteBefore(-2)).toEqual([errorCodes.OFFSET_OUT_OF_RANGE, -1])
    expect(await deleteBefore(0, 'none')).toEqual([errorCodes.UNKNOWN_TOPIC_OR_PARTITION, -1])
    expect(await deleteBefore(0, 't', 5)).toEqual([errorCodes.UNKNOWN_TOPIC_OR_PARTITION, -1])
    expect(await deleteBefore(0, 'compacted')).toEqual([errorCodes.POLICY_VIOLATION, -1])
    expect(await deleteBefore(0, '__consumer_offsets')).toEqual([errorCodes.INVALID_TOPIC_EXCEPTION, -1])
  })
})

describe('deleted groups', testTimeout, () => {
  const scene = Scene.forEachTest()

  async function remove(groupsNames: string[], version = 2) {
    const { results } = await scene.client.send(apis.deleteGroups, version, { groupsNames })
    return results.map(({ groupId, errorCode }) => [groupId, errorCode])
  }

  async function commit(groupId: string) {
    const { topics } = await scene.client.send(apis.offsetCommit, 9, {
      groupId,
      generationIdOrMemberEpoch: -1,
      memberId: '',
      topics: [
        {
          name: 't',
          partitions: [0, 1].map(partitionIndex => ({
            partitionIndex,
            committedOffset: 3,
            committedMetadata: '',
          })),
        },
      ],
    })
    expect(topics[0]?.partitions.map(p => p.errorCode)).toEqual([0, 0])
  }

  async function committed(groupId: string) {
    const response = await scene.client.send(apis.offsetFetch, 9, { groups: [{ groupId, topics: null }] })
    return response.groups[0]?.topics.flatMap(topic => topic.partitions.map(p => p.committedOffset))
  }

  it('take their offsets along, also over a restart', async () => {
    await scene.createTopic('t', 2)
    await commit('gone')
    await commit('kept')
    expect(await remove(['gone', 'never'])).toEqual([
      ['gone', 0],
      ['never', errorCodes.GROUP_ID_NOT_FOUND],
    ])
    expect(await committed('gone')).toEqual([])
    await scene.restart()
    expect([await committed('gone'), await committed('kept')]).toEqual([[], [3, 3]])
    expect(await remove(['gone'], 0)).toEqual([['gone', errorCodes.GROUP_ID_NOT_FOUND]])
  })

  it('are none while members are in them', async () => {
    const body = {
      groupId: 'g',
      sessionTimeoutMs: 10_000,
      rebalanceTimeoutMs: 10_000,
      memberId: '',
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: Buffer.from('m') }],
    }
    const { memberId } = await scene.client.send(apis.joinGroup, 9, body)
    await scene.client.send(apis.joinGroup, 9, { ...body, memberId })
    expect(await remove(['g'])).toEqual([['g', errorCodes.NON_EMPTY_GROUP]])
    await scene.client.send(apis.leaveGroup, 5, {
      groupId: 'g',
      members: [{ memberId, groupInstanceId: null }],
    })
    expect(await remove(['g'])).toEqual([['g', 0]])
    const { groups } = await scene.client.send(apis.describeGroups, 6, { groups: ['g'] })
    expect(groups[0]?.errorCode).toBe(errorCodes.GROUP_ID_NOT_FOUND)
  })
})
