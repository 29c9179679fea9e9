import { errorCodes } from '../../lib/kafka/index.ts'
import type { ClassicGroup } from './classic-group.ts'
import type { ConsumerGroup } from './consumer/consumer-group.ts'
import type { ConsumerMember } from './consumer/consumer-member.ts'
import type { GroupEntry } from './group-entry.ts'
import { generationProblem } from './syncing.ts'

export interface CommitRequest {
  memberId: string
  instanceId: string | null
  /** The member epoch in a group of the consumer protocol; negative from who is no member. */
  generation: number
  /** Of OffsetCommit: members of the consumer protocol need a version that knows their errors. */
  version: number
}

/** The first version of OffsetCommit and OffsetFetch for members of the consumer protocol (KIP-848). */
const memberEpochFrom = 9

/** Kafka's code for a commit of someone who may not commit; 0 where it may. `problem` looks at a classic group's member. */
export function commitProblem(
  entry: GroupEntry | undefined,
  request: CommitRequest,
  problem: (group: ClassicGroup) => number,
): number {
  const group = entry?.group
  // a consumer that assigns itself its partitions commits to a group without members
  const isEmpty = group === undefined || (group.type !== 'share' && group.state === 'Empty')
  if (request.generation < 0 && isEmpty) return errorCodes.NONE
  if (group === undefined)
    return request.version >= memberEpochFrom ? errorCodes.GROUP_ID_NOT_FOUND : errorCodes.ILLEGAL_GENERATION
  // how far a share group has come is not for its members to say
  if (group.type === 'share') return errorCodes.GROUP_ID_NOT_FOUND
  if (group.type === 'consumer') return consumerCommitProblem(group, request)
  const isNobody = request.memberId === '' && request.instanceId === null
  if (request.generation < 0 && isNobody) return errorCodes.UNKNOWN_MEMBER_ID
  const errorCode = problem(group)
  if (errorCode !== 0) return errorCode
  return group.state === 'CompletingRebalance' ? errorCodes.REBALANCE_IN_PROGRESS : errorCodes.NONE
}

function consumerCommitProblem(group: ConsumerGroup, request: CommitRequest): number {
  const member = group.members.get(request.memberId)
  if (member === undefined) return errorCodes.UNKNOWN_MEMBER_ID
  if (member.classic === null && request.version < memberEpochFrom) return errorCodes.UNSUPPORTED_VERSION
  return epochProblem(member, request.generation)
}

/**
 * The same for a commit within a transaction: older producers do not say whose offsets they commit, and a stale epoch is
 * told in the words of the classic protocol, which they know.
 */
export function transactionalCommitProblem(
  entry: GroupEntry | undefined,
  request: Omit<CommitRequest, 'version'>,
): number {
  const { memberId, instanceId, generation } = request
  const group = entry?.group
  const isNobody = generation < 0 && memberId === '' && instanceId === null
  if (isNobody || (generation < 0 && group?.state === 'Empty')) return errorCodes.NONE
  if (group === undefined) return generation < 0 ? errorCodes.NONE : errorCodes.ILLEGAL_GENERATION
  if (group.type === 'share') return errorCodes.GROUP_ID_NOT_FOUND
  if (group.type === 'classic') return generationProblem(group, request)
  const member = group.members.get(memberId)
  if (member === undefined) return errorCodes.UNKNOWN_MEMBER_ID
  return member.epoch === generation ? errorCodes.NONE : errorCodes.ILLEGAL_GENERATION
}

/** Kafka's code for a fetch of offsets by a member that is not up to date; who names no member may always ask. */
export function fetchProblem(
  entry: GroupEntry | undefined,
  request: { memberId: string | null; memberEpoch: number },
): number {
  if (entry?.group.type !== 'consumer') return errorCodes.NONE
  if (request.memberId === null && request.memberEpoch < 0) return errorCodes.NONE
  const member = entry.group.members.get(request.memberId ?? '')
  return member === undefined ? errorCodes.UNKNOWN_MEMBER_ID : epochProblem(member, request.memberEpoch)
}

function epochProblem(member: ConsumerMember, epoch: number): number {
  if (epoch === member.epoch) return errorCodes.NONE
  return member.classic === null ? errorCodes.STALE_MEMBER_EPOCH : errorCodes.ILLEGAL_GENERATION
}
