import { describe, expect, it } from 'vitest'
import { apis, encodeAssignment, errorCodes, errorName } from '../lib/kafka/index.ts'
import { GroupScene } from './testing/group-scene.ts'
import { Scene, testTimeout } from './testing/scene.ts'
import { WireClient } from './testing/wire-client.ts'

describe('groups that change their protocol', testTimeout, () => {
  const scene = Scene.forEachTest()
  const group = new GroupScene(scene)
  const say = group.say.bind(group)

  /** A classic group with one member that has partitions 0 and 1 of topic a. */
  async function classicMember(): Promise<string> {
    const { memberId } = await group.joinClassic('', ['a'])
    const all = encodeAssignment([{ topic: 'a', partitions: [0, 1] }])
    expect(await group.syncClassic(memberId, 1, { [memberId]: all })).toBe('NONE a:0,1')
    expect(await group.commit(9, memberId, 1)).toBe('NONE')
    return memberId
  }

  async function classicState() {
    const { groups } = await scene.client.send(apis.describeGroups, 6, { groups: ['g'] })
    return [groups[0]?.groupState, groups[0]?.members.length]
  }

  it('become consumer groups when the first such member joins, and go back when the last one leaves', async () => {
    await group.topic('a', 2)
    const old = await classicMember()
    expect(say(await group.join('new', ['a']))).toBe('NONE 2')
    expect(await group.describe()).toMatchObject({ groupState: 'Reconciling', groupEpoch: 2 })
    expect((await group.describe()).members.map(m => [m.memberType, m.memberEpoch]).sort()).toEqual([
      [0, 1],
      [1, 2],
    ])
    // the classic member is told to join again; it gives up one partition by rejoining without it
    expect(await group.beatClassic(old, 1)).toBe('REBALANCE_IN_PROGRESS')
    expect(await group.commit(8, old, 1)).toBe('NONE')
    const again = await group.joinClassic(old, ['a'])
    expect([again.generationId, again.protocolName, again.leader, again.members]).toEqual([
      2,
      'range',
      '',
      [],
    ])
    expect(await group.syncClassic(old, 2)).toBe('NONE a:0')
    expect(say(await group.beat('new', 2))).toBe('NONE 2 a:1')
    expect((await group.describe()).groupState).toBe('Stable')
    expect(await group.beatClassic(old, 2)).toBe('NONE')
    expect(await group.beatClassic(old, 1)).toBe('ILLEGAL_GENERATION')
    expect(await group.beatClassic('new', 2)).toBe('UNKNOWN_MEMBER_ID')
    expect(await group.syncClassic(old, 1)).toBe('ILLEGAL_GENERATION')
    expect(await group.commit(9, old, 1)).toBe('ILLEGAL_GENERATION')
    await scene.restart()
    expect(await group.beatClassic(old, 2)).toBe('NONE')
    expect(say(await group.beat('new', -1))).toBe('NONE -1')
    expect((await group.describe()).errorCode).toBe(errorCodes.GROUP_ID_NOT_FOUND)
    expect(await classicState()).toEqual(['PreparingRebalance', 1])
    expect(await group.beatClassic(old, 2)).toBe('REBALANCE_IN_PROGRESS')
    const back = await group.joinClassic(old, ['a'])
    expect([back.generationId, back.leader, back.members.length]).toEqual([3, old, 1])
    const offsets = await scene.client.send(apis.offsetFetch, 9, { groups: [{ groupId: 'g', topics: null }] })
    expect(offsets.groups[0]?.topics[0]?.partitions[0]?.committedOffset).toBe(5)
  })

  it('are after a restart of the protocol they were last of', async () => {
    await group.topic('a', 2)
    const old = await classicMember()
    await group.join('new', ['a'])
    await scene.restart()
    expect((await group.describe()).members.length).toBe(2)
    await group.beat('new', -1)
    await scene.restart()
    expect(await classicState()).toEqual(['Stable', 1])
    await group.leaveClassic(old)
    expect(say(await group.join('new', ['a']))).toBe('NONE 1 a:0,1')
    await scene.restart()
    expect(await classicState()).toEqual(['Dead', 0])
    expect(say(await group.beat('new', 1))).toBe('NONE 1')
    await group.beat('new', -1)
    // nobody is in it: it takes the protocol of who comes
    expect((await group.joinClassic('', ['a'])).generationId).toBe(1)
    await scene.restart()
    expect((await group.describe()).errorCode).toBe(errorCodes.GROUP_ID_NOT_FOUND)
  })

  it('tell members that wait for a classic rebalance to join again', async () => {
    await group.topic('a', 2)
    await classicMember()
    const other = await WireClient.open(scene.broker.address)
    const waiting = group.joinClassic('', ['a'], {}, other)
    await expect.poll(classicState).toEqual(['PreparingRebalance', 2])
    expect(say(await group.join('new', ['a']))).toBe('NONE 2')
    expect(errorName((await waiting).errorCode)).toBe('REBALANCE_IN_PROGRESS')
    expect((await group.describe()).members.length).toBe(3)
    other.close()
  })

  it('stay classic where their members are no consumers or bring data of an assignor of their own', async () => {
    await group.topic('a', 1)
    const { memberId } = await group.joinClassic('', ['a'], { protocolType: 'connect' })
    expect(say(await group.join('new', ['a']))).toBe('GROUP_ID_NOT_FOUND')
    expect(await classicState()).toEqual(['CompletingRebalance', 1])
    await group.leaveClassic(memberId)
    const own = await group.joinClassic('', ['a'])
    // version 0, no partitions, three bytes of user data
    const data = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3])
    await group.syncClassic(own.memberId, own.generationId, { [own.memberId]: data })
    const refused = await group.join('new', ['a'])
    expect(say(refused)).toBe('GROUP_ID_NOT_FOUND')
    expect(refused.errorMessage).toMatch(/custom assignor/)
    expect(await group.beatClassic(own.memberId, own.generationId)).toBe('NONE')
  })

  it('let static members change over with their partitions, and go back with the last one', async () => {
    await group.topic('a', 2)
    const instance = { instanceId: 'i' }
    expect(say(await group.join('s1', ['a'], instance))).toBe('NONE 1 a:0,1')
    const classic = await group.joinClassic('', ['a'], { groupInstanceId: 'i' })
    expect(classic).toMatchObject({ errorCode: 0, generationId: 1 })
    // the only member is a classic one now, and so is the group
    expect(await classicState()).toEqual(['Stable', 1])
    expect(await group.syncClassic(classic.memberId, 1)).toBe('NONE a:0,1')
    expect(say(await group.join('s2', ['a'], instance))).toBe('NONE 2 a:0,1')
    expect((await group.describe()).members.map(m => [m.memberId, m.instanceId])).toEqual([['s2', 'i']])
    expect(await group.leaveClassic('', 'i')).toBe('NONE')
    expect((await group.describe()).groupState).toBe('Empty')
  })

  it('refuse classic members that do not fit', async () => {
    await group.topic('a', 2)
    await group.join('new', ['a'])
    const names = async (body: object) => errorName((await group.joinClassic('x', ['a'], body)).errorCode)
    expect(await names({ protocolType: 'connect' })).toBe('INCONSISTENT_GROUP_PROTOCOL')
    expect(await names({ protocols: [] })).toBe('INCONSISTENT_GROUP_PROTOCOL')
    expect(await names({ protocols: [{ name: 'range', metadata: Buffer.from([9]) }] })).toBe(
      'INCONSISTENT_GROUP_PROTOCOL',
    )
    expect(await names({ memberId: 'x', groupInstanceId: 'none' })).toBe('UNKNOWN_MEMBER_ID')
    expect(await names({})).toBe('NONE')
    expect(await names({ memberId: 'y', protocols: [{ name: 'mine', metadata: Buffer.alloc(6) }] })).toBe(
      'INCONSISTENT_GROUP_PROTOCOL',
    )
    expect(await group.syncClassic('new', 1)).toBe('UNKNOWN_MEMBER_ID')
    expect(await group.leaveClassic('nobody')).toBe('UNKNOWN_MEMBER_ID')
    expect(await group.leaveClassic('new')).toBe('NONE')
  })
})
