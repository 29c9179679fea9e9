import { describe, expect, it } from 'vitest'
import { apis, errorCodes } from '../lib/kafka/index.ts'
import { partitionOf } from './groups/partition-of.ts'
import { Scene, testTimeout } from './testing/scene.ts'

describe('groups and offsets', testTimeout, () => {
  const scene = Scene.forEachTest()
  const protocols = [{ name: 'range', metadata: Buffer.from('m') }]

  async function join(groupId: string, memberId = '') {
    const body = {
      groupId,
      sessionTimeoutMs: 10_000,
      rebalanceTimeoutMs: 10_000,
      memberId,
      protocolType: 'consumer',
      protocols,
    }
    const response = await scene.client.send(apis.joinGroup, 9, body)
    if (response.errorCode !== errorCodes.MEMBER_ID_REQUIRED) return response
    return await scene.client.send(apis.joinGroup, 9, { ...body, memberId: response.memberId })
  }

  async function stableMember(groupId: string) {
    const { memberId, generationId } = await join(groupId)
    const synced = await scene.client.send(apis.syncGroup, 5, {
      groupId,
      generationId,
      memberId,
      protocolType: 'consumer',
      protocolName: 'range',
      assignments: [{ memberId, assignment: Buffer.from('mine') }],
    })
    expect([synced.errorCode, synced.assignment.toString()]).toEqual([0, 'mine'])
    return { memberId, generationId }
  }

  async function commit(
    groupId: string,
    offset: number,
    member: { memberId: string; generationId: number } = { memberId: '', generationId: -1 },
    metadata: string | null = 'meta',
    partitionIndex = 0,
  ) {
    const response = await scene.client.send(apis.offsetCommit, 9, {
      groupId,
      generationIdOrMemberEpoch: member.generationId,
      memberId: member.memberId,
      topics: [
        { name: 't', partitions: [{ partitionIndex, committedOffset: offset, committedMetadata: metadata }] },
      ],
    })
    return response.topics[0]?.partitions[0]?.errorCode
  }

  async function committed(groupId: string) {
    const response = await scene.client.send(apis.offsetFetch, 9, { groups: [{ groupId, topics: null }] })
    return response.groups[0]?.topics.flatMap(topic =>
      topic.partitions.map(p => [topic.name, p.partitionIndex, p.committedOffset, p.metadata]),
    )
  }

  it('survive a restart: members go on without joining again, offsets and metadata are there', async () => {
    await scene.createTopic('t', 2)
    const member = await stableMember('g')
    expect(await commit('g', 42, member)).toBe(0)
    expect(await commit('g', 43, member)).toBe(0)
    expect(await commit('alone', 7)).toBe(0)
    await scene.restart()
    const { memberId, generationId } = member
    const beat = await scene.client.send(apis.heartbeat, 4, { groupId: 'g', generationId, memberId })
    expect(beat.errorCode).toBe(0)
    const again = await scene.client.send(apis.syncGroup, 5, {
      groupId: 'g',
      generationId,
      memberId,
      protocolType: 'consumer',
      protocolName: 'range',
      assignments: [],
    })
    expect(again.assignment.toString()).toBe('mine')
    expect(await committed('g')).toEqual([['t', 0, 43, 'meta']])
    expect(await committed('alone')).toEqual([['t', 0, 7, 'meta']])
    expect(await committed('unknown')).toEqual([])
    const listed = await scene.client.send(apis.listGroups, 5, {})
    expect(listed.groups.map(g => [g.groupId, g.groupState, g.protocolType]).sort()).toEqual([
      ['alone', 'Empty', ''],
      ['g', 'Stable', 'consumer'],
    ])
  })

  it('take commits only from who may commit', async () => {
    await scene.createTopic('t')
    const member = await stableMember('g')
    expect(await commit('g', 1)).toBe(errorCodes.UNKNOWN_MEMBER_ID)
    expect(await commit('g', 1, { ...member, generationId: 99 })).toBe(errorCodes.ILLEGAL_GENERATION)
    expect(await commit('g', 1, { ...member, memberId: 'x' })).toBe(errorCodes.UNKNOWN_MEMBER_ID)
    expect(await commit('none', 1, member)).toBe(errorCodes.GROUP_ID_NOT_FOUND)
    expect(await commit('g', 1, member, 'x'.repeat(4097))).toBe(errorCodes.OFFSET_METADATA_TOO_LARGE)
    expect(await commit('g', 1, member, null, 9)).toBe(errorCodes.UNKNOWN_TOPIC_OR_PARTITION)
    expect(await commit('', 1)).toBe(0)
    expect(await commit('g', 1, member, 'x'.repeat(4096))).toBe(0)
  })

  it.each([2, 3, 4, 5, 6, 7, 8, 9])('commit in OffsetCommit version %i', async version => {
    await scene.createTopic('t')
    const response = await scene.client.send(apis.offsetCommit, version, {
      groupId: 'g',
      generationIdOrMemberEpoch: -1,
      memberId: '',
      topics: [
        { name: 't', partitions: [{ partitionIndex: 0, committedOffset: 5, committedMetadata: null }] },
      ],
    })
    expect(response.topics[0]?.partitions[0]?.errorCode).toBe(0)
    for (const fetchVersion of [1, 2, 3, 4, 5, 6, 7]) {
      const fetched = await scene.client.send(apis.offsetFetch, fetchVersion, {
        groupId: 'g',
        topics: [{ name: 't', partitionIndexes: [0, 1] }],
      })
      expect(fetched.topics[0]?.partitions.map(p => p.committedOffset)).toEqual([5, -1])
    }
  })

  it('name topics by id in version 10', async () => {
    const topicId = await scene.createTopic('t')
    const response = await scene.client.send(apis.offsetCommit, 10, {
      groupId: 'g',
      generationIdOrMemberEpoch: -1,
      memberId: '',
      topics: [{ topicId, partitions: [{ partitionIndex: 0, committedOffset: 5, committedMetadata: 'm' }] }],
    })
    expect(response.topics[0]).toMatchObject({ topicId, partitions: [{ errorCode: 0 }] })
    const fetched = await scene.client.send(apis.offsetFetch, 10, {
      groups: [{ groupId: 'g', topics: [{ topicId, partitionIndexes: [0] }] }],
    })
    expect(fetched.groups[0]?.topics[0]?.partitions[0]?.committedOffset).toBe(5)
  })

  it('are described, also when they are not there', async () => {
    await stableMember('g')
    const { groups } = await scene.client.send(apis.describeGroups, 6, { groups: ['g', 'none'] })
    expect(groups[0]).toMatchObject({ errorCode: 0, groupState: 'Stable', protocolData: 'range' })
    expect(groups[0]?.members[0]).toMatchObject({ clientId: 'test', clientHost: '/127.0.0.1' })
    expect(groups[1]).toMatchObject({ errorCode: errorCodes.GROUP_ID_NOT_FOUND, groupState: 'Dead' })
    const old = await scene.client.send(apis.describeGroups, 0, { groups: ['none'] })
    expect(old.groups[0]).toMatchObject({ errorCode: 0, groupState: 'Dead' })
  })

  it('forget offsets when told to, and with their topic', async () => {
    await scene.createTopic('t', 2)
    await commit('g', 1)
    await commit('g', 2, undefined, 'm', 1)
    const remove = (groupId: string, partitionIndex: number) =>
      scene.client.send(apis.offsetDelete, 0, {
        groupId,
        topics: [{ name: 't', partitions: [{ partitionIndex }] }],
      })
    expect((await remove('none', 0)).errorCode).toBe(errorCodes.GROUP_ID_NOT_FOUND)
    expect((await remove('g', 0)).topics[0]?.partitions[0]?.errorCode).toBe(0)
    expect(await committed('g')).toEqual([['t', 1, 2, 'm']])
    const { topics } = await scene.client.send(apis.metadata, 12, { topics: [{ name: 't' }] })
    const topicId = topics[0]?.topicId ?? ''
    await scene.client.send(apis.deleteTopics, 6, { topics: [{ topicId }], timeoutMs: 1 })
    await expect.poll(() => committed('g')).toEqual([])
  })

  it('live in the partition that Java says', () => {
    // "consumer-group".hashCode() and others, as computed by Java
    expect(partitionOf('', 50)).toBe(0)
    expect(partitionOf('a', 50)).toBe(97 % 50)
    expect(partitionOf('hello', 50)).toBe(99162322 % 50)
    // the one hash whose absolute value does not exist
    expect(partitionOf('polygenelubricants', 50)).toBe(0)
  })
})
