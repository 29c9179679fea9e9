import { beforeAll, describe, expect, it } from 'vitest'
import { apis } from '../../index.ts'
import {
  applyReset,
  committedOffsets,
  createTopic,
  deleteGroup,
  deleteGroupOffsets,
  describeGroup,
  groupLag,
  listGroups,
  planReset,
} from '../index.ts'
import { AdminScene } from '../testing/admin-scene.ts'

const scene = AdminScene.forFile()

describe('groups', () => {
  beforeAll(async () => {
    await createTopic(scene.client, { name: 'lagged', partitions: 2 })
    await scene.fill('lagged', 0, ['a', 'b', 'c', 'd'], Date.now() - 60_000)
    await scene.fill('lagged', 1, ['e'], Date.now())
    await applyReset(scene.client, { group: 'readers', type: 'classic' }, [
      { topic: 'lagged', partition: 0, next: 1 },
    ])
  })

  it('have a lag in records and in seconds', async () => {
    const group = await describeGroup(scene.client, 'readers')
    expect(group).toMatchObject({ type: 'classic', state: 'Empty', members: [] })
    const [lag] = await groupLag(scene.client, group, Date.now())
    expect(lag).toMatchObject({ topic: 'lagged', partition: 0, committed: 1, endOffset: 4, lagRecords: 3 })
    expect(lag?.lagSeconds).toBeGreaterThan(50)
    expect(lag?.lagSeconds).toBeLessThan(90)
  })

  it('are reset by a plan that changes nothing until it is applied', async () => {
    const group = { group: 'readers', type: 'classic' } as const
    const scope = { topics: ['lagged'] }
    const nextOf = async (to: Parameters<typeof planReset>[3]) =>
      (await planReset(scene.client, group, scope, to)).map(row => row.next)
    expect(await nextOf({ to: 'earliest' })).toEqual([0, 0])
    expect(await nextOf({ to: 'latest' })).toEqual([4, 1])
    expect(await nextOf({ to: 'offset', offset: 3 })).toEqual([3, 1])
    expect(await nextOf({ to: 'shift-by', records: 2 })).toEqual([3, 1])
    expect(await nextOf({ to: 'datetime', timestampMs: Date.now() - 30_000 })).toEqual([4, 0])
    const plan = await planReset(scene.client, group, {}, { to: 'latest' })
    expect(plan).toEqual([{ topic: 'lagged', partition: 0, current: 1, next: 4 }])
    await applyReset(scene.client, group, plan)
    expect(await committedOffsets(scene.client, 'readers', 'classic')).toEqual([
      { topic: 'lagged', partition: 0, offset: 4 },
    ])
    await deleteGroupOffsets(scene.client, 'readers', [{ topic: 'lagged', partition: 0 }])
    expect(await committedOffsets(scene.client, 'readers', 'classic')).toEqual([])
    await applyReset(scene.client, group, plan)
    await deleteGroup(scene.client, 'readers')
    expect((await listGroups(scene.client)).map(({ group }) => group)).not.toContain('readers')
  })

  it('are not reset under their members', async () => {
    const member = await scene.client.joinGroup({
      group: 'busy',
      topics: ['lagged'],
      clientId: 'busy-client',
    })
    try {
      const group = await describeGroup(scene.client, 'busy')
      expect(group.members[0]).toMatchObject({
        clientId: 'busy-client',
        assignments: [{ topic: 'lagged', partitions: [0, 1] }],
      })
      expect(
        (await groupLag(scene.client, group, Date.now())).map(lag => [
          lag.committed,
          lag.lagRecords,
          lag.members,
        ]),
      ).toEqual([
        [undefined, 4, ['busy-client']],
        [undefined, 1, ['busy-client']],
      ])
      const plan = await planReset(scene.client, group, { topics: ['lagged'] }, { to: 'latest' })
      await expect(applyReset(scene.client, group, plan)).rejects.toThrow('stop its consumers')
      await expect(deleteGroup(scene.client, 'busy')).rejects.toThrow('stop its consumers')
    } finally {
      await member.close()
    }
  })

  it('of the newer kinds are listed, described and reset as well', async () => {
    const memberId = 'AAAAAAAAAAAAAAAAAAAAAA'
    await scene.client.request(
      apis.shareGroupHeartbeat,
      { groupId: 'shared', memberId, memberEpoch: 0, rackId: null, subscribedTopicNames: ['lagged'] },
      { group: 'shared' },
    )
    await scene.client.request(
      apis.consumerGroupHeartbeat,
      {
        groupId: 'new',
        memberId,
        memberEpoch: 0,
        rebalanceTimeoutMs: 10_000,
        subscribedTopicNames: ['lagged'],
        topicPartitions: [],
      },
      { group: 'new' },
    )
    const kinds = new Map((await listGroups(scene.client)).map(({ group, type }) => [group, type]))
    expect([kinds.get('shared'), kinds.get('new')]).toEqual(['share', 'consumer'])
    expect(await describeGroup(scene.client, 'new')).toMatchObject({
      type: 'consumer',
      members: [{ subscribed: ['lagged'] }],
    })
    const shared = await describeGroup(scene.client, 'shared')
    expect(shared).toMatchObject({ type: 'share', members: [{ memberId, subscribed: ['lagged'] }] })
    await scene.client.request(
      apis.shareGroupHeartbeat,
      { groupId: 'shared', memberId, memberEpoch: -1, rackId: null, subscribedTopicNames: null },
      { group: 'shared' },
    )
    const plan = await planReset(scene.client, shared, { topics: ['lagged'] }, { to: 'earliest' })
    await applyReset(scene.client, shared, plan)
    const lag = await groupLag(scene.client, await describeGroup(scene.client, 'shared'), Date.now())
    expect(lag.map(({ committed, lagRecords }) => [committed, lagRecords])).toEqual([
      [0, 4],
      [0, 1],
    ])
  })
})
