import { errorCodes } from '../../../lib/kafka/index.ts'
import { type Refusal, refuse } from '../../refusal.ts'
import { type Assignment, has, isSameAssignment, type TopicPartitionIds } from './assignment.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import {
  type ConsumerMember,
  hasSameCurrent,
  hasSameMetadata,
  hasSameTopics,
  isReconciledTo,
  leftForAWhile,
  newMember,
} from './consumer-member.ts'
import { reconcile } from './reconcile.ts'
import { topicPattern } from './regular-expression.ts'
import { refreshSubscription, subscribedTopics, type TopicDirectory } from './subscription.ts'
import { updateTarget } from './target.ts'

/** What a heartbeat says; null is as before. */
export interface HeartbeatRequest {
  memberId: string
  memberEpoch: number
  instanceId: string | null
  rackId: string | null
  rebalanceTimeoutMs: number
  topicNames: readonly string[] | null
  topicRegex: string | null
  serverAssignor: string | null
  owned: readonly TopicPartitionIds[] | null
  clientId: string
  clientHost: string
}

export interface HeartbeatAnswer {
  memberId: string
  memberEpoch: number
  /** Null where the member knows it already. */
  assignment: Assignment | null
}

/** What a group works with. */
export interface Surroundings {
  topics: TopicDirectory
  sessionTimeoutMs: number
  maxSize: number
}

/** Joins a consumer group or stays in it. */
export function heartbeat(
  group: ConsumerGroup,
  request: HeartbeatRequest,
  { topics, sessionTimeoutMs, maxSize }: Surroundings,
  nowMs: number,
): HeartbeatAnswer | Refusal {
  const { memberId, memberEpoch } = request
  if (isFull(group, memberId, maxSize)) return refuseFull(maxSize)
  const found = findMember(group, request)
  if ('errorCode' in found) return found
  const wished = updated(found.member, request)
  const problem = regexProblem(group, wished)
  if (problem !== undefined) return problem
  if (found.replaced !== undefined) replace(group, found.replaced, found.member)
  const member = step(group, found.member, wished, request.owned, topics, nowMs)
  group.deadlinesOf(memberId).sessionMs = nowMs + sessionTimeoutMs
  const isFullRequest =
    request.rebalanceTimeoutMs !== -1 &&
    (request.topicNames !== null || request.topicRegex !== null) &&
    request.owned !== null
  const tells =
    memberEpoch === 0 || isFullRequest || !isSameAssignment(found.member.assigned, member.assigned)
  return { memberId, memberEpoch: member.epoch, assignment: tells ? member.assigned : null }
}

export function isFull(group: ConsumerGroup, memberId: string, maxSize: number): boolean {
  return group.members.size >= maxSize && !group.members.has(memberId)
}

function refuseFull(maxSize: number): Refusal {
  const message = `The consumer group has reached its maximum capacity of ${maxSize} members.`
  return refuse('GROUP_MAX_SIZE_REACHED', message)
}

/**
 * Takes over what a member says of itself, lets the group follow, and moves the member towards its target; the member as
 * it then is.
 */
export function step(
  group: ConsumerGroup,
  before: ConsumerMember,
  wished: ConsumerMember,
  owned: readonly TopicPartitionIds[] | null,
  topics: TopicDirectory,
  nowMs: number,
): ConsumerMember {
  const { memberId } = wished
  const isSame = group.members.has(memberId) && hasSameMetadata(before, wished)
  const member = isSame ? before : wished
  if (!isSame) {
    group.setMember(member)
    group.changed({ type: 'member', memberId })
  }
  const hasSubscriptionChanged = !hasSameTopics(before, wished) || before.topicRegex !== wished.topicRegex
  followSubscription(group, hasSubscriptionChanged, topics)
  updateTarget(group, topics)
  return moveOn(group, member, owned, hasSubscriptionChanged, topics, nowMs)
}

/** A new epoch where the subscriptions or their topics have changed. */
function followSubscription(
  group: ConsumerGroup,
  hasSubscriptionChanged: boolean,
  topics: TopicDirectory,
): void {
  if (!hasSubscriptionChanged && group.epoch > 0 && group.topicsVersion === topics.version) return
  const haveTopicsChanged = refreshSubscription(group, topics)
  if (!hasSubscriptionChanged && !haveTopicsChanged && group.epoch > 0) return
  group.epoch++
  group.changed({ type: 'group' })
}

function moveOn(
  group: ConsumerGroup,
  member: ConsumerMember,
  owned: readonly TopicPartitionIds[] | null,
  hasSubscriptionChanged: boolean,
  topics: TopicDirectory,
  nowMs: number,
): ConsumerMember {
  const { memberId, classic } = member
  const targetEpoch = group.assignmentEpoch
  if (!hasSubscriptionChanged && isReconciledTo(member, targetEpoch)) return member
  const moved = reconcile(member, {
    targetEpoch,
    target: group.targetOf(memberId),
    topicIds: new Set(subscribedTopics(group, member, topics).map(({ id }) => id)),
    isFree: (topicId, partition) => group.ownerOf(topicId, partition) === undefined,
    owned,
    hasSubscriptionChanged,
  })
  if (hasSameCurrent(moved, member)) return member
  group.setMember(moved)
  group.changed({ type: 'current', memberId })
  // members of the classic protocol have deadlines of their own
  if (classic === null)
    group.deadlinesOf(memberId).revocationMs =
      moved.state === 'UnrevokedPartitions' ? nowMs + moved.rebalanceTimeoutMs : Number.POSITIVE_INFINITY
  return moved
}

interface Found {
  member: ConsumerMember
  /** The static member whose place it takes. */
  replaced?: ConsumerMember
}

function findMember(group: ConsumerGroup, request: HeartbeatRequest): Found | Refusal {
  const { memberId, instanceId, memberEpoch } = request
  const isJoining = memberEpoch === 0
  if (instanceId === null) {
    const member = group.members.get(memberId)
    if (member !== undefined) return epochProblem(member, request) ?? { member }
    return isJoining ? { member: newMember(memberId) } : unknownMember(group, memberId)
  }
  const known = group.staticMember(instanceId)
  if (!isJoining) {
    if (known === undefined) return refuse('UNKNOWN_MEMBER_ID', `Instance id ${instanceId} is unknown.`)
    return instanceProblem(known, memberId, instanceId) ?? epochProblem(known, request) ?? { member: known }
  }
  if (known === undefined) return { member: newMember(memberId) }
  // between members of the new protocol a place is free only after its owner has left it
  if (known.classic === null && known.epoch !== leftForAWhile)
    return refuse(
      'UNRELEASED_INSTANCE_ID',
      `Static member ${memberId} with instance id ${instanceId} cannot join the group because the instance id is owned by ${known.memberId} member.`,
    )
  return { member: successor(known, memberId), replaced: known }
}

export function unknownMember(group: ConsumerGroup, memberId: string): Refusal {
  return refuse('UNKNOWN_MEMBER_ID', `Member ${memberId} is not a member of group ${group.id}.`)
}

export function instanceProblem(
  known: ConsumerMember,
  memberId: string,
  instanceId: string,
): Refusal | undefined {
  if (known.memberId === memberId) return undefined
  const message = `Static member ${memberId} with instance id ${instanceId} was fenced by member ${known.memberId}.`
  return refuse('FENCED_INSTANCE_ID', message)
}

/** The same member under a new id: what it had it keeps (KIP-345). */
export function successor(known: ConsumerMember, memberId: string): ConsumerMember {
  return { ...known, memberId, epoch: 0, previousEpoch: 0 }
}

export function replace(group: ConsumerGroup, old: ConsumerMember, member: ConsumerMember): void {
  const target = group.targetOf(old.memberId)
  group.removeMember(old)
  group.setMember(member)
  group.setTarget(member.memberId, target)
  for (const type of ['member', 'target', 'current'] as const)
    group.changed({ type, memberId: member.memberId })
}

/** A member one epoch behind has lost our answer; any other must begin anew. */
function epochProblem(member: ConsumerMember, { memberEpoch, owned }: HeartbeatRequest): Refusal | undefined {
  if (memberEpoch === 0 || memberEpoch === member.epoch) return undefined
  const isAhead = memberEpoch > member.epoch
  if (!isAhead && memberEpoch === member.previousEpoch && owned !== null && isWithin(owned, member.assigned))
    return undefined
  return refuse(
    'FENCED_MEMBER_EPOCH',
    `The consumer group member has a ${isAhead ? 'greater' : 'smaller'} member epoch (${memberEpoch}) than the one known by the group coordinator (${member.epoch}). The member must abandon all its partitions and rejoin.`,
  )
}

function isWithin(owned: readonly TopicPartitionIds[], assigned: Assignment): boolean {
  return owned.every(({ topicId, partitions }) => partitions.every(p => has(assigned, topicId, p)))
}

function updated(member: ConsumerMember, request: HeartbeatRequest): ConsumerMember {
  const { topicNames, rebalanceTimeoutMs } = request
  return {
    ...member,
    instanceId: request.instanceId ?? member.instanceId,
    rackId: request.rackId ?? member.rackId,
    rebalanceTimeoutMs: rebalanceTimeoutMs === -1 ? member.rebalanceTimeoutMs : rebalanceTimeoutMs,
    serverAssignor: request.serverAssignor ?? member.serverAssignor,
    topicNames: topicNames === null ? member.topicNames : [...new Set(topicNames)].sort(),
    topicRegex: request.topicRegex ?? member.topicRegex,
    clientId: request.clientId,
    clientHost: request.clientHost,
    classic: null,
  }
}

function regexProblem(group: ConsumerGroup, { topicRegex }: ConsumerMember): Refusal | undefined {
  if (topicRegex === '' || group.regexes.has(topicRegex)) return undefined
  const pattern = topicPattern(topicRegex)
  if ('matches' in pattern) return undefined
  const message = `SubscribedTopicRegex \`${topicRegex}\` is not a valid regular expression: ${pattern.problem}.`
  return { errorCode: errorCodes.INVALID_REGULAR_EXPRESSION, errorMessage: message }
}
