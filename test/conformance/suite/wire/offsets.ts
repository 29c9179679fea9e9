import { apis, type RequestInput } from '../../../../lib/kafka/index.ts'
import { groupOfOne } from './groups.ts'
import { asks, name, type WireCase, type WireScene } from './wire-case.ts'

function commits(
  title: string,
  body: (scene: WireScene) => Promise<
    Partial<RequestInput<typeof apis.offsetCommit>> & {
      metadata?: string
      partition?: number
      topic?: string
    }
  >,
  expected: string,
): WireCase {
  return asks(
    title,
    apis.offsetCommit,
    8,
    async scene => {
      const { metadata = 'm', partition = 0, topic = scene.topic, ...rest } = await body(scene)
      return {
        groupId: scene.unique('group'),
        generationIdOrMemberEpoch: -1,
        memberId: '',
        topics: [
          {
            name: topic,
            partitions: [{ partitionIndex: partition, committedOffset: 1, committedMetadata: metadata }],
          },
        ],
        ...rest,
      }
    },
    r => name(r.topics[0]?.partitions[0]?.errorCode),
    expected,
  )
}

export const offsetCases: readonly WireCase[] = [
  commits('by nobody to a new group', () => Promise.resolve({}), 'NONE'),
  commits(
    'of long metadata',
    () => Promise.resolve({ metadata: 'x'.repeat(4097) }),
    'OFFSET_METADATA_TOO_LARGE',
  ),
  commits('of an unknown topic', () => Promise.resolve({ topic: 'nowhere' }), 'UNKNOWN_TOPIC_OR_PARTITION'),
  commits('of an unknown partition', () => Promise.resolve({ partition: 9 }), 'UNKNOWN_TOPIC_OR_PARTITION'),
  commits(
    'by nobody to a group with members',
    async scene => ({ groupId: (await groupOfOne(scene)).groupId }),
    'UNKNOWN_MEMBER_ID',
  ),
  commits(
    'by a member to a group that is none',
    () => Promise.resolve({ memberId: 'm', generationIdOrMemberEpoch: 3 }),
    'ILLEGAL_GENERATION',
  ),
  commits('to an empty group name', () => Promise.resolve({ groupId: '' }), 'NONE'),
  asks(
    'nothing',
    apis.offsetFetch,
    8,
    scene => ({
      groups: [{ groupId: scene.unique('group'), topics: [{ name: scene.topic, partitionIndexes: [0, 9] }] }],
    }),
    r => r.groups[0]?.topics[0]?.partitions.map(p => [name(p.errorCode), p.committedOffset, p.metadata]),
    [
      ['NONE', -1, ''],
      ['NONE', -1, ''],
    ],
  ),
  asks(
    'all of a group that is none',
    apis.offsetFetch,
    8,
    scene => ({ groups: [{ groupId: scene.unique('group'), topics: null }] }),
    r => [name(r.groups[0]?.errorCode), r.groups[0]?.topics.length],
    ['NONE', 0],
  ),
  asks(
    'an empty group name',
    apis.offsetFetch,
    8,
    () => ({ groups: [{ groupId: '', topics: null }] }),
    r => name(r.groups[0]?.errorCode),
    'NONE',
  ),
  asks(
    'by a member of a group that is none',
    apis.offsetFetch,
    9,
    scene => ({ groups: [{ groupId: scene.unique('group'), memberId: 'm', memberEpoch: 1, topics: null }] }),
    r => name(r.groups[0]?.errorCode),
    'NONE',
  ),
]
