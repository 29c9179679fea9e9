import { beforeEach, describe, expect, it } from 'vitest'
import { apis, errorCodes, errorName, writeBatch } from '../lib/kafka/index.ts'
import { acknowledgeTypes } from './share/acknowledgement.ts'
import { record, Scene, testTimeout } from './testing/scene.ts'
import { acknowledgement, ShareScene } from './testing/share-scene.ts'
import { WireClient } from './testing/wire-client.ts'

const { accept, release, reject, renew } = acknowledgeTypes

describe('share groups', testTimeout, () => {
  const scene = Scene.forEachTest()
  let share: ShareScene
  beforeEach(async () => {
    share = new ShareScene(scene)
    await share.createTopic()
    expect(await share.configure('share.auto.offset.reset', 'earliest')).toBe('NONE')
  })

  it('hand each record to one member, again when it is released, and not when it is done', async () => {
    await share.produce(['a', 'b', 'c'], ['d', 'e'])
    await share.join('m1')
    await share.join('m2')
    const first = await share.fetch('m1', { maxRecords: 1 })
    expect(first).toMatchObject({ acquired: ['0-2x1'], values: ['a', 'b', 'c'], lockMs: 30_000 })
    const second = await share.fetch('m2')
    expect(second).toMatchObject({ acquired: ['3-4x1'], values: ['d', 'e'] })
    expect((await share.fetch('m1')).acquired).toEqual([])
    expect(await share.place()).toBe('0+5')
    const said = [acknowledgement(0, 2, accept, release, reject)]
    expect(await share.fetch('m1', {}, said)).toMatchObject({ acknowledgeError: 'NONE', acquired: ['1-1x2'] })
    expect(await share.place()).toBe('1+3')
    expect(await share.acknowledge('m1', [acknowledgement(1, 1, accept)])).toBe('NONE')
    expect(await share.acknowledge('m2', [acknowledgement(3, 4, accept)])).toBe('NONE')
    expect(await share.place()).toBe('5+0')
  })

  it('keep what is acknowledged through a restart, and hand the rest out again', async () => {
    await share.produce(['a', 'b', 'c', 'd'])
    await share.join('m1')
    await share.fetch('m1')
    await share.acknowledge('m1', [acknowledgement(0, 3, accept, release, accept, release)])
    await share.fetch('m1')
    await scene.restart()
    share.forgetSessions()
    expect(await share.place()).toBe('1+2')
    expect(await share.acknowledge('m1', [acknowledgement(1, 1, accept)], { shareSessionEpoch: 3 })).toBe(
      'SHARE_SESSION_NOT_FOUND',
    )
    expect((await share.fetch('m1')).acquired).toEqual(['1-1x2', '3-3x2'])
    const described = await scene.client.send(apis.shareGroupDescribe, 1, {
      groupIds: ['s'],
      includeAuthorizedOperations: false,
    })
    expect(described.groups[0]).toMatchObject({ groupState: 'Stable', assignorName: 'simple', groupEpoch: 1 })
    expect(described.groups[0]?.members[0]?.assignment.topicPartitions[0]?.partitions).toEqual([0])
  })

  it('begin at the end unless they are told otherwise, once', async () => {
    await share.configure('share.auto.offset.reset', 'latest')
    await share.produce(['old'])
    await share.join('m1')
    expect((await share.fetch('m1')).acquired).toEqual([])
    await share.produce(['new'])
    await scene.restart()
    share.forgetSessions()
    expect((await share.fetch('m1')).values).toEqual(['new'])
  })

  it('wait for records to come, and for records to be free again', async () => {
    await share.join('m1')
    await share.join('m2')
    const other = await WireClient.open(scene.broker.address)
    const waiting = share.fetch('m1', { maxWaitMs: 20_000 })
    await new Promise(resolve => setImmediate(resolve))
    const records = writeBatch([record('x')])
    const topicData = [{ name: 't', partitionData: [{ index: 0, records }] }]
    const [first] = await Promise.all([
      waiting,
      other.send(apis.produce, 9, { acks: -1, timeoutMs: 1_000, topicData }),
    ])
    expect(first.values).toEqual(['x'])
    const second = share.fetch('m2', { maxWaitMs: 20_000 })
    const request = {
      groupId: 's',
      memberId: 'm1',
      shareSessionEpoch: -1,
      topics: [],
    }
    const [again] = await Promise.all([second, other.send(apis.shareAcknowledge, 2, request)])
    expect(again.acquired).toEqual(['0-0x2'])
    other.close()
  })

  it('free what a member has acquired when its session or its membership ends', async () => {
    await share.produce(['a'])
    await share.join('m1')
    await share.join('m2')
    expect((await share.fetch('m1')).acquired).toEqual(['0-0x1'])
    expect((await share.fetch('m1', { shareSessionEpoch: -1, topics: [] })).error).toBe('NONE')
    expect((await share.fetch('m1', { shareSessionEpoch: 2 })).error).toBe('SHARE_SESSION_NOT_FOUND')
    expect((await share.fetch('m2')).acquired).toEqual(['0-0x2'])
    expect((await share.beat('m2', -1)).errorCode).toBe(0)
    expect((await share.fetch('m1')).acquired).toEqual(['0-0x3'])
  })

  it('free at once what a member has acquired when its connection is lost, for whoever waits', async () => {
    await share.produce(['a', 'b'])
    await share.join('m1')
    await share.join('m2')
    const lost = await WireClient.open(scene.broker.address)
    expect((await share.fetch('m1', {}, [], lost)).acquired).toEqual(['0-1x1'])
    const waiting = share.fetch('m2', { maxWaitMs: 25_000 })
    await new Promise(resolve => setImmediate(resolve))
    lost.close()
    expect((await waiting).acquired).toEqual(['0-1x2'])
    expect((await share.fetch('m1', { shareSessionEpoch: 1 })).error).toBe('SHARE_SESSION_NOT_FOUND')
  })

  it('free what is acquired for a member whose connection is lost while it waits', async () => {
    await share.join('m1')
    await share.join('m2')
    const lost = await WireClient.open(scene.broker.address)
    await share.fetch('m1', {}, [], lost)
    const waiting = share.fetch('m1', { maxWaitMs: 25_000 }, [], lost).catch(() => 'lost')
    await share.fetch('m2')
    // both are on their way to the broker: whichever it sees first, nothing stays acquired
    const producing = share.produce(['a'])
    lost.close()
    await Promise.all([producing, waiting])
    await expect.poll(async () => (await share.fetch('m2')).values).toEqual(['a'])
  })

  it('refuse what does not fit a session', async () => {
    await share.produce(['a', 'b'])
    await share.join('m1')
    const refused = (body: object) => share.fetch('m1', body).then(answer => answer.error)
    expect(await refused({ shareSessionEpoch: 4 })).toBe('SHARE_SESSION_NOT_FOUND')
    expect(await refused({ groupId: '' })).toBe('INVALID_REQUEST')
    expect(await refused({ memberId: 'x'.repeat(37) })).toBe('INVALID_REQUEST')
    const early = await share.fetch('m1', {}, [acknowledgement(0, 0, accept)])
    expect(early.error).toBe('INVALID_REQUEST')
    expect(await share.acknowledge('m1', [acknowledgement(0, 0, accept)])).toBe('INVALID_SHARE_SESSION_EPOCH')
    expect((await share.fetch('m1')).acquired).toEqual(['0-1x1'])
    expect(await refused({ shareSessionEpoch: 7 })).toBe('INVALID_SHARE_SESSION_EPOCH')
    expect(await share.acknowledge('m1', [acknowledgement(0, 0, accept)], { shareSessionEpoch: 9 })).toBe(
      'INVALID_SHARE_SESSION_EPOCH',
    )
    expect(await share.acknowledge('m1', [acknowledgement(1, 0, accept)])).toBe('INVALID_REQUEST')
    expect(await share.acknowledge('m1', [acknowledgement(0, 0, renew)])).toBe('INVALID_REQUEST')
    expect(await share.acknowledge('m1', [acknowledgement(0, 9, accept)])).toBe('INVALID_REQUEST')
    expect(await share.acknowledge('m1', [acknowledgement(0, 0, renew)], { isRenewAck: true })).toBe('NONE')
    expect((await share.fetch('m1', { isRenewAck: true })).error).toBe('INVALID_REQUEST')
    const onlyRenewed = { isRenewAck: true, maxWaitMs: 0, minBytes: 0, maxBytes: 0, maxRecords: 0 }
    const renewed = await share.fetch('m1', onlyRenewed, [acknowledgement(0, 1, renew)])
    expect([renewed.error, renewed.acknowledgeError]).toEqual(['NONE', 'NONE'])
    await share.join('m2')
    await share.fetch('m2')
    expect(await share.acknowledge('m2', [acknowledgement(0, 0, accept)])).toBe('INVALID_RECORD_STATE')
  })

  it('say of each partition that cannot be fetched why', async () => {
    await share.join('m1')
    const of = (topicId: string, partitionIndex: number) =>
      share.fetch('m1', {
        shareSessionEpoch: 0,
        topics: [{ topicId, partitions: [{ partitionIndex, acknowledgementBatches: [] }] }],
      })
    expect((await of('AAAAAAAAAAAAAAAAAAAABQ', 0)).partitionError).toBe('UNKNOWN_TOPIC_ID')
    expect((await of(share.topicId, 7)).partitionError).toBe('UNKNOWN_TOPIC_OR_PARTITION')
    const foreign = await scene.createTopic('foreign')
    expect((await of(foreign, 0)).partitionError).toBe('UNKNOWN_TOPIC_OR_PARTITION')
    expect((await of(share.topicId, 0)).partitionError).toBe('NONE')
  })

  it('refuse members that are not what they say', async () => {
    const said = async (answer: ReturnType<ShareScene['beat']>) => errorName((await answer).errorCode)
    expect(await said(share.join('', ['t']))).toBe('INVALID_REQUEST')
    expect(await said(share.join('m', []))).toBe('INVALID_REQUEST')
    expect(await said(share.beat('m', -2))).toBe('INVALID_REQUEST')
    expect(await said(share.beat('m', 1))).toBe('GROUP_ID_NOT_FOUND')
    const joined = await share.join('m1')
    expect(joined).toMatchObject({ memberEpoch: 1, heartbeatIntervalMs: 5_000 })
    expect(joined.assignment?.topicPartitions).toEqual([{ topicId: share.topicId, partitions: [0] }])
    expect(await said(share.beat('m1', 9))).toBe('FENCED_MEMBER_EPOCH')
    expect(await said(share.beat('m9', 1))).toBe('UNKNOWN_MEMBER_ID')
    await share.join('m2')
    expect(await share.beat('m1', 1)).toMatchObject({ errorCode: 0, memberEpoch: 2 })
    // the answer was lost
    expect(await said(share.beat('m1', 1))).toBe('NONE')
    expect(await said(share.beat('m2', -1))).toBe('NONE')
    expect(await said(share.beat('m2', -1))).toBe('UNKNOWN_MEMBER_ID')
  })

  it('are no groups of another kind, nor the other way round', async () => {
    await share.join('m1')
    const consumer = await scene.client.send(apis.consumerGroupHeartbeat, 1, {
      groupId: 's',
      memberId: 'c',
      memberEpoch: 0,
      rebalanceTimeoutMs: 1_000,
      topicPartitions: [],
      subscribedTopicNames: ['t'],
    })
    expect(errorName(consumer.errorCode)).toBe('GROUP_ID_NOT_FOUND')
    const classic = await scene.client.send(apis.joinGroup, 9, {
      groupId: 's',
      sessionTimeoutMs: 10_000,
      rebalanceTimeoutMs: 10_000,
      memberId: '',
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: Buffer.alloc(6) }],
    })
    expect(errorName(classic.errorCode)).toBe('INCONSISTENT_GROUP_PROTOCOL')
    const commit = (groupId: string) =>
      scene.client.send(apis.offsetCommit, 9, {
        groupId,
        generationIdOrMemberEpoch: -1,
        memberId: '',
        topics: [
          { name: 't', partitions: [{ partitionIndex: 0, committedOffset: 1, committedMetadata: '' }] },
        ],
      })
    expect((await commit('s')).topics[0]?.partitions[0]?.errorCode).toBe(errorCodes.GROUP_ID_NOT_FOUND)
    await commit('plain')
    const other = await share.beat('m1', 0, { groupId: 'plain', subscribedTopicNames: ['t'] })
    expect(errorName(other.errorCode)).toBe('GROUP_ID_NOT_FOUND')
    const listed = await scene.client.send(apis.listGroups, 5, { typesFilter: ['share'] })
    expect(listed.groups).toMatchObject([{ groupId: 's', groupType: 'share', protocolType: 'share' }])
  })

  it('are moved, forgotten and deleted only while they are empty', async () => {
    await share.produce(['a', 'b', 'c'])
    await share.join('m1')
    await share.fetch('m1')
    const alter = async (startOffset: number, partitionIndex = 0) => {
      const topics = [{ topicName: 't', partitions: [{ partitionIndex, startOffset }] }]
      const answer = await scene.client.send(apis.alterShareGroupOffsets, 0, { groupId: 's', topics })
      return errorName(answer.errorCode || (answer.responses[0]?.partitions[0]?.errorCode ?? 0))
    }
    const forget = async (topicName: string) => {
      const request = { groupId: 's', topics: [{ topicName }] }
      const answer = await scene.client.send(apis.deleteShareGroupOffsets, 0, request)
      return errorName(answer.errorCode || (answer.responses[0]?.errorCode ?? 0))
    }
    const remove = async () => {
      const { results } = await scene.client.send(apis.deleteGroups, 2, { groupsNames: ['s'] })
      return errorName(results[0]?.errorCode ?? 0)
    }
    expect([await alter(2), await forget('t'), await remove()]).toEqual(Array(3).fill('NON_EMPTY_GROUP'))
    await share.beat('m1', -1)
    expect([await alter(2), await alter(2, 9)]).toEqual(['NONE', 'UNKNOWN_TOPIC_OR_PARTITION'])
    expect(await alter(-1)).toBe('INVALID_REQUEST')
    await scene.restart()
    share.forgetSessions()
    expect(await share.place()).toBe('2+1')
    await share.join('m1')
    expect((await share.fetch('m1')).values.at(-1)).toBe('c')
    await share.beat('m1', -1)
    expect([await forget('t'), await forget('t')]).toEqual(['NONE', 'UNKNOWN_TOPIC_OR_PARTITION'])
    expect(await share.place()).toBe('-1+-1')
    expect([await remove(), await remove()]).toEqual(['NONE', 'GROUP_ID_NOT_FOUND'])
    await scene.restart()
    expect((await scene.client.send(apis.listGroups, 5, {})).groups).toEqual([])
  })

  it('forget topics that are deleted, and begin anew with one of the same name', async () => {
    await share.produce(['a'])
    await share.join('m1')
    await share.fetch('m1')
    await share.acknowledge('m1', [acknowledgement(0, 0, accept)])
    await scene.client.send(apis.deleteTopics, 6, { topics: [{ topicId: share.topicId }], timeoutMs: 1_000 })
    await expect.poll(() => share.place()).toBe('-1+-1')
    await share.createTopic()
    await share.produce(['b'])
    expect(await share.beat('m1', 1)).toMatchObject({ errorCode: 0, memberEpoch: 2 })
    expect((await share.fetch('m1', { shareSessionEpoch: 0 })).values).toEqual(['b'])
  })

  it('give no more than is asked for where that is strict', async () => {
    await share.produce(['a', 'b', 'c'])
    await share.join('m1')
    expect((await share.fetch('m1', { maxRecords: 2, shareAcquireMode: 1 })).acquired).toEqual(['0-1x1'])
    expect((await share.fetch('m1', { maxRecords: 2, shareAcquireMode: 1 })).acquired).toEqual(['2-2x1'])
  })
})
