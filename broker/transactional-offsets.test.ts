import { describe, expect, it } from 'vitest'
import { apis, errorCodes, errorName } from '../lib/kafka/index.ts'
import { Scene, testTimeout } from './testing/scene.ts'
import { TransactionalProducer } from './testing/transactional-producer.ts'

describe.each([1, 2] as const)('offsets within transactions by protocol %i', testTimeout, protocol => {
  const scene = Scene.forEachTest()
  const producerOf = async (transactionalId = 'x') => {
    const producer = new TransactionalProducer(scene, transactionalId, protocol)
    expect(await producer.init()).toBe(0)
    return producer
  }
  const commit = async (producer: TransactionalProducer, offset: number) => {
    if (protocol === 1) expect(await producer.addOffsets('g')).toBe(0)
    return await producer.commitOffset('g', offset)
  }
  const fetchOffset = async (requireStable: boolean, isAll = false) => {
    const topics = isAll ? null : [{ name: 't', partitionIndexes: [0] }]
    const request = { groups: [{ groupId: 'g', topics }], requireStable }
    const response = await scene.client.send(apis.offsetFetch, 8, request)
    const partition = response.groups[0]?.topics[0]?.partitions[0]
    return partition && { offset: partition.committedOffset, error: errorName(partition.errorCode) }
  }
  const commitPlainly = async (committedOffset: number) => {
    const partitions = [{ partitionIndex: 0, committedOffset, committedMetadata: '' }]
    const response = await scene.client.send(apis.offsetCommit, 8, {
      groupId: 'g',
      generationIdOrMemberEpoch: -1,
      memberId: '',
      topics: [{ name: 't', partitions }],
    })
    expect(response.topics[0]?.partitions[0]?.errorCode).toBe(0)
  }
  const settled = (producer: TransactionalProducer, state: string) =>
    expect.poll(() => producer.state(), testTimeout).toBe(state)

  it('count when it commits, and until then are withheld from who wants stable ones', async () => {
    await scene.createTopic('t')
    await commitPlainly(3)
    const producer = await producerOf()
    expect(await commit(producer, 10)).toBe(0)
    for (let round = 0; round < 2; round++) {
      expect(await fetchOffset(false)).toEqual({ offset: 3, error: 'NONE' })
      expect(await fetchOffset(true)).toEqual({ offset: -1, error: 'UNSTABLE_OFFSET_COMMIT' })
      expect(await fetchOffset(true, true)).toEqual({ offset: -1, error: 'UNSTABLE_OFFSET_COMMIT' })
      if (round === 0) await scene.restart()
    }
    expect(await producer.end(true)).toBe(0)
    await settled(producer, 'CompleteCommit')
    expect(await fetchOffset(true)).toEqual({ offset: 10, error: 'NONE' })
    await scene.restart()
    expect(await fetchOffset(true)).toEqual({ offset: 10, error: 'NONE' })
  })

  it('are as if they had never been when it aborts', async () => {
    await scene.createTopic('t')
    const producer = await producerOf()
    expect(await commit(producer, 10)).toBe(0)
    expect(await producer.end(false)).toBe(0)
    await settled(producer, 'CompleteAbort')
    expect(await fetchOffset(true)).toEqual({ offset: -1, error: 'NONE' })
    await scene.restart()
    expect(await fetchOffset(true)).toEqual({ offset: -1, error: 'NONE' })
  })

  it('do not replace what was committed later, also after a restart', async () => {
    await scene.createTopic('t')
    const producer = await producerOf()
    expect(await commit(producer, 10)).toBe(0)
    await commitPlainly(20)
    expect(await producer.end(true)).toBe(0)
    await settled(producer, 'CompleteCommit')
    expect(await fetchOffset(true)).toEqual({ offset: 20, error: 'NONE' })
    await scene.restart()
    expect(await fetchOffset(true)).toEqual({ offset: 20, error: 'NONE' })
  })

  it('are dropped with the topic or the group they belong to', async () => {
    for (const drop of [
      () => scene.client.send(apis.deleteTopics, 5, { topicNames: ['t'], timeoutMs: 1000 }),
      () => scene.client.send(apis.deleteGroups, 2, { groupsNames: ['g'] }),
    ]) {
      await scene.createTopic('t')
      await commitPlainly(3)
      const producer = await producerOf()
      expect(await commit(producer, 10)).toBe(0)
      await drop()
      await expect.poll(() => fetchOffset(true), testTimeout).toEqual({ offset: -1, error: 'NONE' })
      expect(await producer.end(true)).toBe(0)
      await settled(producer, 'CompleteCommit')
      expect(await fetchOffset(true)).toEqual({ offset: -1, error: 'NONE' })
    }
  })

  it('are dropped with the offset they would replace', async () => {
    await scene.createTopic('t')
    await commitPlainly(3)
    const producer = await producerOf()
    expect(await commit(producer, 10)).toBe(0)
    await scene.client.send(apis.offsetDelete, 0, {
      groupId: 'g',
      topics: [{ name: 't', partitions: [{ partitionIndex: 0 }] }],
    })
    expect(await fetchOffset(true)).toEqual({ offset: -1, error: 'NONE' })
    expect(await producer.end(true)).toBe(0)
    await settled(producer, 'CompleteCommit')
    expect(await fetchOffset(true)).toEqual({ offset: -1, error: 'NONE' })
  })

  it('are refused to whoever may not commit them', async () => {
    await scene.createTopic('t')
    const producer = await producerOf()
    if (protocol === 1) {
      expect(await producer.commitOffset('g', 1)).toBe(errorCodes.INVALID_TXN_STATE)
      await producer.addOffsets('g')
    }
    expect(await producer.commitOffset('', 1)).toBe(errorCodes.INVALID_GROUP_ID)
    expect(await producer.commitOffset('g', 1, { generationId: 4 })).toBe(errorCodes.ILLEGAL_GENERATION)
    const joined = await scene.client.send(apis.joinGroup, 3, {
      groupId: 'g',
      sessionTimeoutMs: 30_000,
      rebalanceTimeoutMs: 30_000,
      memberId: '',
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: Buffer.from('') }],
    })
    const { memberId, generationId } = joined
    const as = (member: Parameters<typeof producer.commitOffset>[2]) => producer.commitOffset('g', 1, member)
    expect(await as({ memberId: 'other', generationId })).toBe(errorCodes.UNKNOWN_MEMBER_ID)
    expect(await as({ memberId, generationId: generationId + 1 })).toBe(errorCodes.ILLEGAL_GENERATION)
    expect(await as({ memberId, generationId, groupInstanceId: 'nobody' })).not.toBe(0)
    expect(await as({ memberId, generationId })).toBe(0)
    // older clients do not say who they are
    expect(await as({})).toBe(0)
    const none = [
      { name: 'none', partitions: [{ partitionIndex: 0, committedOffset: 1, committedMetadata: '' }] },
    ]
    expect(await as({ memberId, generationId, topics: none })).toBe(errorCodes.UNKNOWN_TOPIC_OR_PARTITION)
    const committedMetadata = 'x'.repeat(4097)
    const large = [{ name: 't', partitions: [{ partitionIndex: 0, committedOffset: 1, committedMetadata }] }]
    expect(await as({ memberId, generationId, topics: large })).toBe(errorCodes.OFFSET_METADATA_TOO_LARGE)
    const old = producer.session
    await producerOf()
    producer.adopt(old)
    expect(await as({ memberId, generationId })).toBe(errorCodes.INVALID_PRODUCER_EPOCH)
  })
})
