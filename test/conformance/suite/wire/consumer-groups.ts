import { apis, type RequestInput, type ResponseOf } from '../../../../lib/kafka/index.ts'
import { joinRequest } from './groups.ts'
import { asks, name, tells, type WireCase, type WireScene } from './wire-case.ts'

const maxTries = 100

type Beat = RequestInput<typeof apis.consumerGroupHeartbeat>

const says = (r: { errorCode: number; errorMessage: string | null }) =>
  `${name(r.errorCode)} ${r.errorMessage ?? ''}`.trim()

function join(scene: WireScene, groupId: string, memberId: string, more: Partial<Beat> = {}): Beat {
  return {
    groupId,
    memberId,
    memberEpoch: 0,
    rebalanceTimeoutMs: 60_000,
    subscribedTopicNames: [scene.topic],
    topicPartitions: [],
    ...more,
  }
}

const beats = (title: string, more: Partial<Beat>, expected: string) =>
  asks(
    title,
    apis.consumerGroupHeartbeat,
    1,
    scene => join(scene, scene.unique('group'), 'me', more),
    says,
    expected,
  )

/** A group that one member has joined. */
async function groupOfOne(scene: WireScene, more: Partial<Beat> = {}) {
  const groupId = scene.unique('group')
  const joined = await scene.client.send(apis.consumerGroupHeartbeat, 1, join(scene, groupId, 'me', more))
  return { groupId, joined }
}

const after = (title: string, ask: Partial<Beat>, expected: unknown, joining: Partial<Beat> = {}) =>
  tells(
    `ConsumerGroupHeartbeat: ${title}`,
    async scene => {
      const { groupId } = await groupOfOne(scene, joining)
      const { errorCode, memberEpoch } = await scene.client.send(apis.consumerGroupHeartbeat, 1, {
        groupId,
        memberId: 'me',
        memberEpoch: 1,
        ...ask,
      })
      return `${name(errorCode)} ${memberEpoch}`
    },
    expected,
  )

export const consumerGroupCases: readonly WireCase[] = [
  beats('an empty group', { groupId: '' }, "INVALID_REQUEST GroupId can't be empty."),
  beats('an empty member', { memberId: '' }, "INVALID_REQUEST MemberId can't be empty."),
  beats('an empty instance', { instanceId: '' }, "INVALID_REQUEST InstanceId can't be empty."),
  beats('an empty rack', { rackId: '' }, "INVALID_REQUEST RackId can't be empty."),
  beats(
    'no rebalance timeout',
    { rebalanceTimeoutMs: -1 },
    'INVALID_REQUEST RebalanceTimeoutMs must be provided in first request.',
  ),
  beats(
    'no subscription',
    { subscribedTopicNames: null },
    'INVALID_REQUEST Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining.',
  ),
  beats(
    'partitions held while joining',
    { topicPartitions: null },
    'INVALID_REQUEST TopicPartitions must be empty when (re-)joining.',
  ),
  beats(
    'an assignor that is none',
    { serverAssignor: 'wild' },
    'UNSUPPORTED_ASSIGNOR ServerAssignor wild is not supported. Supported assignors: uniform, range.',
  ),
  beats(
    'an expression that is none',
    { subscribedTopicNames: null, subscribedTopicRegex: '[' },
    'INVALID_REGULAR_EXPRESSION SubscribedTopicRegex `[` is not a valid regular expression: missing closing ].',
  ),
  tells(
    'ConsumerGroupHeartbeat: what an expression means is heard of later, in a new epoch',
    async scene => {
      const regex = { subscribedTopicRegex: `${scene.topic}-.*` }
      const topicId = await scene.createTopic(`${scene.topic}-more`)
      const { groupId, joined } = await groupOfOne(scene, regex)
      const topics = (r: ResponseOf<typeof apis.consumerGroupHeartbeat>) => [
        r.memberEpoch,
        r.assignment?.topicPartitions
          .map(t =>
            t.topicId === scene.topicId ? 'literal' : t.topicId === topicId ? 'expression' : 'other',
          )
          .toSorted(),
      ]
      let later = joined
      for (let tries = 0; tries < maxTries && later.memberEpoch === 1; tries++) {
        await new Promise(resolve => setTimeout(resolve, 20))
        const request = { groupId, memberId: 'me', memberEpoch: 1 }
        later = await scene.client.send(apis.consumerGroupHeartbeat, 1, request)
      }
      const second = join(scene, groupId, 'second', regex)
      return [
        topics(joined),
        topics(later),
        topics(await scene.client.send(apis.consumerGroupHeartbeat, 1, second)),
      ]
    },
    [
      [1, ['literal']],
      [2, ['expression', 'literal']],
      [3, []],
    ],
  ),
  beats('an epoch below all', { memberEpoch: -5 }, 'INVALID_REQUEST'),
  beats('an epoch in a group that is none', { memberEpoch: 3 }, 'GROUP_ID_NOT_FOUND'),
  beats('leaving a group that is none', { memberEpoch: -1 }, 'GROUP_ID_NOT_FOUND'),
  tells(
    'ConsumerGroupHeartbeat: the first member gets all at once',
    async scene => {
      const { joined } = await groupOfOne(scene)
      const { errorCode, memberId, memberEpoch, heartbeatIntervalMs, assignment } = joined
      return [
        name(errorCode),
        memberId,
        memberEpoch,
        heartbeatIntervalMs,
        assignment?.topicPartitions.map(t => [t.topicId === scene.topicId, t.partitions]),
      ]
    },
    ['NONE', 'me', 1, 5000, [[true, [0]]]],
  ),
  after('the member again', {}, 'NONE 1'),
  after('with a later epoch', { memberEpoch: 9 }, 'FENCED_MEMBER_EPOCH 0'),
  after('a stranger', { memberId: 'stranger' }, 'UNKNOWN_MEMBER_ID 0'),
  after('leaving', { memberEpoch: -1 }, 'NONE -1'),
  after('a stranger leaves', { memberId: 'stranger', memberEpoch: -1 }, 'UNKNOWN_MEMBER_ID 0'),
  after('one of no instance leaves for a while', { memberEpoch: -2 }, 'INVALID_REQUEST 0'),
  after('a static one leaves for a while', { memberEpoch: -2, instanceId: 'i' }, 'NONE -2', {
    instanceId: 'i',
  }),
  after(
    'an instance that is taken',
    {
      memberId: 'other',
      memberEpoch: 0,
      instanceId: 'i',
      rebalanceTimeoutMs: 1000,
      subscribedTopicNames: [],
      topicPartitions: [],
    },
    'UNRELEASED_INSTANCE_ID 0',
    { instanceId: 'i' },
  ),
  after('the wrong member of an instance', { memberId: 'other', instanceId: 'i' }, 'FENCED_INSTANCE_ID 0', {
    instanceId: 'i',
  }),
  after('an instance that is none', { memberId: 'other', instanceId: 'none' }, 'UNKNOWN_MEMBER_ID 0', {
    instanceId: 'i',
  }),
  asks(
    'a group that is none',
    apis.consumerGroupDescribe,
    1,
    () => ({ groupIds: ['no-such-group'], includeAuthorizedOperations: false }),
    r => r.groups.map(says),
    ['GROUP_ID_NOT_FOUND Group no-such-group not found.'],
  ),
  asks(
    'an empty group name',
    apis.consumerGroupDescribe,
    1,
    () => ({ groupIds: [''], includeAuthorizedOperations: false }),
    r => r.groups.map(says),
    ['INVALID_GROUP_ID'],
  ),
  tells(
    'ConsumerGroupDescribe, ListGroups, DescribeGroups: a group of the new protocol',
    async scene => {
      const { groupId } = await groupOfOne(scene)
      const { groups } = await scene.client.send(apis.consumerGroupDescribe, 1, {
        groupIds: [groupId],
        includeAuthorizedOperations: false,
      })
      const [group] = groups
      const [member] = group?.members ?? []
      const listed = await scene.client.send(apis.listGroups, 5, {
        statesFilter: [],
        typesFilter: ['consumer'],
      })
      const classic = await scene.client.send(apis.describeGroups, 6, { groups: [groupId] })
      return [
        [group?.groupState, group?.groupEpoch, group?.assignmentEpoch, group?.assignorName],
        [
          member?.memberId,
          member?.memberEpoch,
          member?.clientId,
          member?.clientHost,
          member?.memberType,
          member?.assignment.topicPartitions[0]?.partitions,
          member?.targetAssignment.topicPartitions[0]?.partitions,
        ],
        listed.groups
          .filter(g => g.groupId === groupId)
          .map(g => [g.protocolType, g.groupState, g.groupType]),
        classic.groups.map(g => [
          name(g.errorCode),
          g.errorMessage === `Group ${groupId} is not a classic group.`,
          g.groupState,
        ]),
      ]
    },
    [
      ['Stable', 1, 1, 'uniform'],
      ['me', 1, 'test', '/127.0.0.1', 1, [0], [0]],
      [['consumer', 'Stable', 'consumer']],
      [['GROUP_ID_NOT_FOUND', true, 'Dead']],
    ],
  ),
  tells(
    'OffsetCommit: members of the new protocol by their epochs',
    async scene => {
      const { groupId } = await groupOfOne(scene)
      const commit = async (version: number, memberId: string, generationIdOrMemberEpoch: number) => {
        const partitions = [{ partitionIndex: 0, committedOffset: 1, committedMetadata: '' }]
        const { topics } = await scene.client.send(apis.offsetCommit, version, {
          groupId,
          memberId,
          generationIdOrMemberEpoch,
          topics: [{ name: scene.topic, partitions }],
        })
        return name(topics[0]?.partitions[0]?.errorCode)
      }
      return [
        await commit(9, 'me', 1),
        await commit(9, 'me', 0),
        await commit(9, 'me', 7),
        await commit(8, 'me', 0),
        await commit(9, 'stranger', 1),
        await commit(9, '', -1),
      ]
    },
    [
      'NONE',
      'STALE_MEMBER_EPOCH',
      'STALE_MEMBER_EPOCH',
      'UNSUPPORTED_VERSION',
      'UNKNOWN_MEMBER_ID',
      'UNKNOWN_MEMBER_ID',
    ],
  ),
  tells(
    'OffsetFetch: members of the new protocol by their epochs',
    async scene => {
      const { groupId } = await groupOfOne(scene)
      const fetch = async (memberId: string, memberEpoch: number) => {
        const { groups } = await scene.client.send(apis.offsetFetch, 9, {
          groups: [{ groupId, memberId, memberEpoch, topics: null }],
        })
        return name(groups[0]?.errorCode)
      }
      return [await fetch('me', 1), await fetch('me', 5), await fetch('stranger', 1)]
    },
    ['NONE', 'STALE_MEMBER_EPOCH', 'UNKNOWN_MEMBER_ID'],
  ),
  tells(
    'JoinGroup, Heartbeat: classic requests to a group of the new protocol',
    async scene => {
      const { groupId } = await groupOfOne(scene)
      const joined = await scene.client.send(
        apis.joinGroup,
        9,
        joinRequest(groupId, { protocolType: 'connect' }),
      )
      const beat = await scene.client.send(apis.heartbeat, 4, { groupId, memberId: 'me', generationId: 1 })
      const sync = await scene.client.send(apis.syncGroup, 5, {
        groupId,
        memberId: 'me',
        generationId: 1,
        protocolType: 'consumer',
        protocolName: 'range',
        assignments: [],
      })
      return [joined, beat, sync].map(r => name(r.errorCode))
    },
    ['INCONSISTENT_GROUP_PROTOCOL', 'UNKNOWN_MEMBER_ID', 'UNKNOWN_MEMBER_ID'],
  ),
]
