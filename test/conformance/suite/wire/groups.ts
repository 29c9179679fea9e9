import { apis, encodeSubscription, type RequestInput } from '../../../../lib/kafka/index.ts'
import { asks, name, tells, type WireCase, type WireScene } from './wire-case.ts'

type Join = RequestInput<typeof apis.joinGroup>

const subscription = encodeSubscription(['t'])

export function joinRequest(groupId: string, more: Partial<Join> = {}): Join {
  return {
    groupId,
    sessionTimeoutMs: 30_000,
    rebalanceTimeoutMs: 60_000,
    memberId: '',
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata: subscription }],
    ...more,
  }
}

/** A stable group of one member. */
export async function groupOfOne(scene: WireScene, more: Partial<Join> = {}) {
  const groupId = scene.unique('group')
  const given = await scene.client.send(apis.joinGroup, 9, joinRequest(groupId, more))
  const memberId = given.memberId
  const joined =
    more.groupInstanceId === undefined
      ? await scene.client.send(apis.joinGroup, 9, joinRequest(groupId, { ...more, memberId }))
      : given
  const { generationId } = joined
  await scene.client.send(apis.syncGroup, 5, {
    groupId,
    generationId,
    memberId,
    protocolType: 'consumer',
    protocolName: 'range',
    assignments: [{ memberId, assignment: Buffer.from('mine') }],
    ...(more.groupInstanceId === undefined ? {} : { groupInstanceId: more.groupInstanceId }),
  })
  return { groupId, memberId, generationId }
}

const joins = (title: string, version: number, more: Partial<Join>, expected: unknown) =>
  asks(
    title,
    apis.joinGroup,
    version,
    scene => joinRequest(scene.unique('group'), more),
    r => name(r.errorCode),
    expected,
  )

/** What a stable group of one answers to its member, a stranger, and an old generation. */
function members(
  title: string,
  ask: (
    scene: WireScene,
    group: { groupId: string; memberId: string; generationId: number },
  ) => Promise<number>,
  expected: string[],
): WireCase {
  return tells(
    `${title}: its member, a stranger, another generation, another group`,
    async scene => {
      const group = await groupOfOne(scene)
      const answers: string[] = []
      for (const change of [
        {},
        { memberId: 'stranger' },
        { generationId: group.generationId + 5 },
        { groupId: scene.unique('none') },
      ])
        answers.push(name(await ask(scene, { ...group, ...change })))
      return answers
    },
    expected,
  )
}

export const groupCases: readonly WireCase[] = [
  joins('without an id', 9, {}, 'MEMBER_ID_REQUIRED'),
  joins('with an id that nobody gave', 9, { memberId: 'mine' }, 'UNKNOWN_MEMBER_ID'),
  joins('an empty group', 9, { groupId: '' }, 'INVALID_GROUP_ID'),
  joins('a short session', 9, { sessionTimeoutMs: 100 }, 'INVALID_SESSION_TIMEOUT'),
  joins('a long session', 9, { sessionTimeoutMs: 3_600_000 }, 'INVALID_SESSION_TIMEOUT'),
  joins('no protocol', 9, { protocols: [] }, 'INCONSISTENT_GROUP_PROTOCOL'),
  joins('no protocol type', 9, { protocolType: '' }, 'INCONSISTENT_GROUP_PROTOCOL'),
  joins('an empty instance', 9, { groupInstanceId: '' }, 'NONE'),
  tells(
    'JoinGroup: another type and another protocol than the group has',
    async scene => {
      const { groupId } = await groupOfOne(scene)
      const type = await scene.client.send(
        apis.joinGroup,
        9,
        joinRequest(groupId, { protocolType: 'connect' }),
      )
      const protocol = await scene.client.send(
        apis.joinGroup,
        9,
        joinRequest(groupId, { protocols: [{ name: 'other', metadata: subscription }] }),
      )
      return [name(type.errorCode), name(protocol.errorCode)]
    },
    ['INCONSISTENT_GROUP_PROTOCOL', 'INCONSISTENT_GROUP_PROTOCOL'],
  ),
  tells(
    'JoinGroup: a static member that comes again takes over, the old one is fenced',
    async scene => {
      const old = await groupOfOne(scene, { groupInstanceId: 'one' })
      const again = await scene.client.send(
        apis.joinGroup,
        9,
        joinRequest(old.groupId, { groupInstanceId: 'one' }),
      )
      const beat = await scene.client.send(apis.heartbeat, 4, { ...old, groupInstanceId: 'one' })
      const left = await scene.client.send(apis.leaveGroup, 5, {
        groupId: old.groupId,
        members: [{ memberId: old.memberId, groupInstanceId: 'one' }],
      })
      const strange = await scene.client.send(apis.heartbeat, 4, { ...old, groupInstanceId: 'two' })
      return [
        name(again.errorCode),
        again.generationId - old.generationId,
        again.memberId !== old.memberId,
        name(beat.errorCode),
        name(left.members[0]?.errorCode),
        name(strange.errorCode),
      ]
    },
    ['NONE', 0, true, 'FENCED_INSTANCE_ID', 'FENCED_INSTANCE_ID', 'UNKNOWN_MEMBER_ID'],
  ),
  members('Heartbeat', async ({ client }, group) => (await client.send(apis.heartbeat, 4, group)).errorCode, [
    'NONE',
    'UNKNOWN_MEMBER_ID',
    'ILLEGAL_GENERATION',
    'UNKNOWN_MEMBER_ID',
  ]),
  members(
    'SyncGroup',
    async ({ client }, group) =>
      (
        await client.send(apis.syncGroup, 5, {
          ...group,
          protocolType: 'consumer',
          protocolName: 'range',
          assignments: [],
        })
      ).errorCode,
    ['NONE', 'UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID'],
  ),
  members(
    'SyncGroup of another protocol',
    async ({ client }, group) =>
      (
        await client.send(apis.syncGroup, 5, {
          ...group,
          protocolType: 'consumer',
          protocolName: 'other',
          assignments: [],
        })
      ).errorCode,
    ['INCONSISTENT_GROUP_PROTOCOL', 'UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID'],
  ),
  members(
    'OffsetCommit',
    async ({ client, topic }, { groupId, memberId, generationId }) => {
      const partitions = [{ partitionIndex: 0, committedOffset: 1, committedMetadata: '' }]
      const { topics } = await client.send(apis.offsetCommit, 8, {
        groupId,
        memberId,
        generationIdOrMemberEpoch: generationId,
        topics: [{ name: topic, partitions }],
      })
      return topics[0]?.partitions[0]?.errorCode ?? -1
    },
    ['NONE', 'UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'ILLEGAL_GENERATION'],
  ),
  members(
    'LeaveGroup',
    async ({ client }, { groupId, memberId }) =>
      (await client.send(apis.leaveGroup, 5, { groupId, members: [{ memberId, groupInstanceId: null }] }))
        .members[0]?.errorCode ?? -1,
    ['NONE', 'UNKNOWN_MEMBER_ID', 'UNKNOWN_MEMBER_ID', 'UNKNOWN_MEMBER_ID'],
  ),
  asks(
    'an empty group',
    apis.heartbeat,
    4,
    () => ({ groupId: '', generationId: 1, memberId: 'm' }),
    r => name(r.errorCode),
    'INVALID_GROUP_ID',
  ),
  asks(
    'a group that is none',
    apis.describeGroups,
    6,
    () => ({ groups: ['no-such-group'] }),
    r => r.groups.map(g => [name(g.errorCode), g.errorMessage, g.groupState]),
    [['GROUP_ID_NOT_FOUND', 'Group no-such-group not found.', 'Dead']],
  ),
  asks(
    'a group that is none, as before',
    apis.describeGroups,
    5,
    () => ({ groups: ['no-such-group'] }),
    r => r.groups.map(g => [name(g.errorCode), g.groupState]),
    [['NONE', 'Dead']],
  ),
  asks(
    'an empty group name',
    apis.describeGroups,
    5,
    () => ({ groups: [''] }),
    r => r.groups.map(g => [name(g.errorCode), g.groupState]),
    [['NONE', 'Empty']],
  ),
  tells(
    'DescribeGroups, ListGroups: a stable group',
    async scene => {
      const { groupId, memberId } = await groupOfOne(scene)
      const { groups } = await scene.client.send(apis.describeGroups, 5, { groups: [groupId] })
      const [group] = groups
      const list = async (filter: { statesFilter?: string[]; typesFilter?: string[] }) => {
        const { errorCode, groups: found } = await scene.client.send(apis.listGroups, 5, {
          statesFilter: [],
          typesFilter: [],
          ...filter,
        })
        return [
          name(errorCode),
          found.filter(g => g.groupId === groupId).map(g => [g.protocolType, g.groupState, g.groupType]),
        ]
      }
      return [
        [
          group?.groupState,
          group?.protocolType,
          group?.protocolData,
          group?.members.map(m => [
            m.memberId === memberId,
            m.clientId,
            m.clientHost,
            String(m.memberAssignment),
          ]),
        ],
        await list({}),
        await list({ statesFilter: ['stable'] }),
        await list({ statesFilter: ['Empty'] }),
        await list({ statesFilter: ['Wild'] }),
        await list({ typesFilter: ['Classic'] }),
        await list({ typesFilter: ['consumer'] }),
        await list({ typesFilter: ['wild'] }),
      ]
    },
    [
      ['Stable', 'consumer', 'range', [[true, 'test', '/127.0.0.1', 'mine']]],
      ['NONE', [['consumer', 'Stable', 'classic']]],
      ['NONE', [['consumer', 'Stable', 'classic']]],
      ['NONE', []],
      ['NONE', []],
      ['NONE', [['consumer', 'Stable', 'classic']]],
      ['NONE', []],
      ['NONE', []],
    ],
  ),
  asks(
    'a group that is none, and none',
    apis.deleteGroups,
    2,
    () => ({ groupsNames: ['no-such-group', ''] }),
    r => r.results.map(g => [g.groupId, name(g.errorCode)]).sort(),
    [
      ['', 'NONE'],
      ['no-such-group', 'GROUP_ID_NOT_FOUND'],
    ],
  ),
  tells(
    'DeleteGroups: a group with a member',
    async scene => {
      const { groupId } = await groupOfOne(scene)
      return (await scene.client.send(apis.deleteGroups, 2, { groupsNames: [groupId] })).results.map(g =>
        name(g.errorCode),
      )
    },
    ['NON_EMPTY_GROUP'],
  ),
  asks(
    'of a group that is none',
    apis.offsetDelete,
    0,
    scene => ({
      groupId: scene.unique('group'),
      topics: [{ name: scene.topic, partitions: [{ partitionIndex: 0 }] }],
    }),
    r => name(r.errorCode),
    'GROUP_ID_NOT_FOUND',
  ),
  tells(
    'OffsetDelete: of a topic subscribed to, one that is not, and one that is none',
    async scene => {
      const { groupId } = await groupOfOne(scene, {
        protocols: [{ name: 'range', metadata: encodeSubscription([scene.topic]) }],
      })
      const other = await scene.newTopic()
      const partitions = [{ partitionIndex: 0 }]
      const { errorCode, topics } = await scene.client.send(apis.offsetDelete, 0, {
        groupId,
        topics: [scene.topic, other, 'nowhere'].map(topic => ({ name: topic, partitions })),
      })
      return [
        name(errorCode),
        ...[scene.topic, other, 'nowhere'].map(topic =>
          name(topics.find(t => t.name === topic)?.partitions[0]?.errorCode),
        ),
      ]
    },
    ['NONE', 'GROUP_SUBSCRIBED_TO_TOPIC', 'NONE', 'UNKNOWN_TOPIC_OR_PARTITION'],
  ),
  asks(
    'of a kind that is none',
    apis.findCoordinator,
    4,
    () => ({ keyType: 9, coordinatorKeys: ['x'] }),
    r => name(r.coordinators[0]?.errorCode),
    'INVALID_REQUEST',
  ),
  asks(
    'of a group',
    apis.findCoordinator,
    [3],
    () => ({ keyType: 0, key: 'g' }),
    r => [name(r.errorCode), r.nodeId],
    ['NONE', 1],
  ),
  asks(
    'of groups',
    apis.findCoordinator,
    4,
    () => ({ keyType: 0, coordinatorKeys: ['a', 'b'] }),
    r => r.coordinators.map(c => [c.key, name(c.errorCode), c.nodeId]),
    [
      ['a', 'NONE', 1],
      ['b', 'NONE', 1],
    ],
  ),
  asks(
    'of an empty group name',
    apis.findCoordinator,
    4,
    () => ({ keyType: 0, coordinatorKeys: [''] }),
    r => r.coordinators.map(c => name(c.errorCode)),
    ['NONE'],
  ),
]
