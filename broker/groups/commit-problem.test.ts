import { describe, expect, it } from 'vitest'
import { errorName } from '../../lib/kafka/index.ts'
import { ClassicGroup } from './classic-group.ts'
import { commitProblem, fetchProblem, transactionalCommitProblem } from './commit-problem.ts'
import { ConsumerGroup } from './consumer/consumer-group.ts'
import { newMember } from './consumer/consumer-member.ts'
import { type Group, groupEntry } from './group-entry.ts'
import { ShareGroup } from './share/share-group.ts'

const classic = new ClassicGroup('g', 0, 0)
classic.generation = 3
classic.add({
  memberId: 'm',
  instanceId: 'i',
  clientId: '',
  clientHost: '',
  sessionTimeoutMs: 1,
  rebalanceTimeoutMs: 1,
  protocols: [],
  assignment: Buffer.alloc(0),
  joinToken: undefined,
  syncToken: undefined,
  owesSync: false,
  expiresAtMs: 0,
})
classic.enter('Stable', 0)
const consumer = new ConsumerGroup('g')
consumer.setMember({ ...newMember('m'), epoch: 3 })
consumer.setMember({ ...newMember('old'), epoch: 3, classic: { sessionTimeoutMs: 1, protocols: [] } })

type Who = [memberId: string, generation: number, instanceId?: string]
const of = ([memberId, generation, instanceId]: Who) => ({
  memberId,
  generation,
  instanceId: instanceId ?? null,
})
const entryOf = (group: Group | undefined) => group && groupEntry(group)

describe('a commit', () => {
  it.each<[string, Group | undefined, Who, number, string]>([
    ['of nobody, to no group', undefined, ['', -1], 9, 'NONE'],
    ['of a member, to no group', undefined, ['m', 3], 9, 'GROUP_ID_NOT_FOUND'],
    ['of a member, to no group, in an old version', undefined, ['m', 3], 8, 'ILLEGAL_GENERATION'],
    ['of nobody, to an empty group', new ClassicGroup('g', 0, 0), ['', -1], 9, 'NONE'],
    ['of nobody, to a group with members', classic, ['', -1], 9, 'UNKNOWN_MEMBER_ID'],
    ['of nobody, to a consumer group with members', consumer, ['', -1], 9, 'UNKNOWN_MEMBER_ID'],
    ['at the member epoch', consumer, ['m', 3], 9, 'NONE'],
    ['at another epoch', consumer, ['m', 2], 9, 'STALE_MEMBER_EPOCH'],
    ['in a version that does not know its errors', consumer, ['m', 3], 8, 'UNSUPPORTED_VERSION'],
    ['of a classic member in a consumer group', consumer, ['old', 3], 8, 'NONE'],
    ['of a classic member at another generation', consumer, ['old', 2], 8, 'ILLEGAL_GENERATION'],
    ['to a share group', new ShareGroup('g'), ['', -1], 9, 'GROUP_ID_NOT_FOUND'],
  ])('%s', (_, group, who, version, name) => {
    expect(errorName(commitProblem(entryOf(group), { ...of(who), version }, () => 0))).toBe(name)
  })
})

describe('a commit in a transaction', () => {
  it.each<[string, Group | undefined, Who, string]>([
    ['of nobody', classic, ['', -1], 'NONE'],
    ['of nobody, to no group', undefined, ['', -1], 'NONE'],
    ['of a member, to no group', undefined, ['m', 3], 'ILLEGAL_GENERATION'],
    ['of a member', classic, ['m', 3, 'i'], 'NONE'],
    ['of a member without a generation', classic, ['m', -1], 'ILLEGAL_GENERATION'],
    ['of a fenced member', classic, ['x', 3, 'i'], 'FENCED_INSTANCE_ID'],
    ['at the member epoch', consumer, ['m', 3], 'NONE'],
    ['at another epoch', consumer, ['m', 2], 'ILLEGAL_GENERATION'],
    ['of a stranger', consumer, ['x', 3], 'UNKNOWN_MEMBER_ID'],
    ['to a share group', new ShareGroup('g'), ['m', 3], 'GROUP_ID_NOT_FOUND'],
  ])('%s', (_, group, who, name) => {
    expect(errorName(transactionalCommitProblem(entryOf(group), of(who)))).toBe(name)
  })
})

describe('a fetch of offsets', () => {
  it.each<[string, string | null, number, string]>([
    ['of nobody', null, -1, 'NONE'],
    ['at the member epoch', 'm', 3, 'NONE'],
    ['at another epoch', 'm', 4, 'STALE_MEMBER_EPOCH'],
    ['of a stranger', 'x', 3, 'UNKNOWN_MEMBER_ID'],
  ])('%s', (_, memberId, memberEpoch, name) => {
    expect(errorName(fetchProblem(entryOf(consumer), { memberId, memberEpoch }))).toBe(name)
  })
})
