import { decodeSubscription, encodeAssignment, errorCodes } from '../../../lib/kafka/index.ts'
import type { JoinRequest } from '../joining.ts'
import { type JoinOutcome, joinRefused, type SyncOutcome, syncRefused } from '../outcomes.ts'
import type { SyncRequest } from '../syncing.ts'
import { partitionsOf, type TopicPartitionIds } from './assignment.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import { type ClassicMember, type ConsumerMember, newMember } from './consumer-member.ts'
import { isFull, replace, type Surroundings, step, successor } from './heartbeat.ts'
import type { TopicDirectory } from './subscription.ts'

/*
 * Members that speak the classic protocol in a group of the new one, while consumers move from one to the other. The
 * broker assigns for them too: their generation is the member epoch, none of them leads, and they are told to join again
 * (REBALANCE_IN_PROGRESS) wherever a member of the new protocol would be told in a heartbeat.
 */
export const consumerProtocolType = 'consumer'

interface MemberRequest {
  memberId: string
  instanceId: string | null
  generation: number
}
type ClassicConsumer = ConsumerMember & { classic: ClassicMember }

/** Joins or joins again; answered at once, nobody waits for the others. */
export function joinClassic(
  group: ConsumerGroup,
  request: JoinRequest,
  { topics, maxSize }: Surroundings,
  nowMs: number,
): JoinOutcome {
  const isUnknown = request.memberId === ''
  const memberId = isUnknown ? request.newMemberId : request.memberId
  if (isFull(group, memberId, maxSize)) return joinRefused(errorCodes.GROUP_MAX_SIZE_REACHED, '')
  const subscription = subscriptionOf(group, request)
  if (subscription === undefined) return joinRefused(errorCodes.INCONSISTENT_GROUP_PROTOCOL, request.memberId)
  if (isUnknown && request.instanceId === null && request.mustComeBack)
    return joinRefused(errorCodes.MEMBER_ID_REQUIRED, memberId)
  const found = findMember(group, request, memberId)
  if (typeof found === 'number') return joinRefused(found, request.memberId)
  const { sessionTimeoutMs, protocols, rebalanceTimeoutMs } = request
  const wished: ConsumerMember = {
    ...found,
    instanceId: request.instanceId ?? found.instanceId,
    rackId: subscription.rackId ?? found.rackId,
    rebalanceTimeoutMs,
    topicNames: [...new Set(subscription.topics)].sort(),
    topicRegex: '',
    clientId: request.clientId,
    clientHost: request.clientHost,
    classic: { sessionTimeoutMs, protocols },
  }
  const member = step(group, found, wished, idsOf(subscription.ownedPartitions, topics), topics, nowMs)
  const deadlines = group.deadlinesOf(memberId)
  deadlines.sessionMs = nowMs + sessionTimeoutMs
  deadlines.syncMs = nowMs + rebalanceTimeoutMs
  deadlines.joinMs = Number.POSITIVE_INFINITY
  return {
    ...joinRefused(errorCodes.NONE, memberId),
    generation: member.epoch,
    protocolType: consumerProtocolType,
    protocol: protocols[0]?.name ?? null,
  }
}

/** The partitions of a classic member's generation. */
export function syncClassic(
  group: ConsumerGroup,
  request: SyncRequest,
  topics: TopicDirectory,
  nowMs: number,
): SyncOutcome {
  const member = memberOf(group, request)
  if (typeof member === 'number') return syncRefused(member)
  const protocol = member.classic.protocols[0]?.name ?? null
  const isOther =
    (request.protocolType !== null && request.protocolType !== consumerProtocolType) ||
    (request.protocol !== null && request.protocol !== protocol)
  if (isOther) return syncRefused(errorCodes.INCONSISTENT_GROUP_PROTOCOL)
  if (group.epoch > member.epoch && member.state !== 'UnrevokedPartitions')
    return syncRefused(mustJoin(group, member, nowMs))
  const deadlines = group.deadlinesOf(member.memberId)
  deadlines.syncMs = Number.POSITIVE_INFINITY
  deadlines.sessionMs = nowMs + member.classic.sessionTimeoutMs
  return {
    errorCode: errorCodes.NONE,
    protocolType: consumerProtocolType,
    protocol,
    assignment: encodedAssignment(member, topics),
  }
}

export function heartbeatClassic(group: ConsumerGroup, request: MemberRequest, nowMs: number): number {
  const member = memberOf(group, request)
  if (typeof member === 'number') return member
  group.deadlinesOf(member.memberId).sessionMs = nowMs + member.classic.sessionTimeoutMs
  const hasToJoin =
    member.epoch < group.epoch ||
    member.state === 'UnrevokedPartitions' ||
    (member.state === 'UnreleasedPartitions' && !isWaiting(group, member))
  return hasToJoin ? mustJoin(group, member, nowMs) : errorCodes.NONE
}

/** Who leaves, of either protocol: by its id, or, as administrators ask, by its instance id alone. */
export function leavingClassic(
  group: ConsumerGroup,
  { memberId, instanceId }: { memberId: string; instanceId: string | null },
): ConsumerMember | number {
  const known = group.staticMember(instanceId)
  if (memberId === '') return known ?? errorCodes.UNKNOWN_MEMBER_ID
  return knownMember(group, memberId, instanceId)
}

export function encodedAssignment({ assigned }: ConsumerMember, topics: TopicDirectory): Buffer {
  const byTopic = [...assigned].flatMap(([topicId, partitions]) => {
    const topic = topics.getById(topicId)?.name
    return topic === undefined ? [] : { topic, partitions: [...partitions].sort((a, b) => a - b) }
  })
  return encodeAssignment(byTopic)
}

/** Undefined where the member cannot be in this group: of another kind, or without a protocol all classic members have. */
function subscriptionOf(group: ConsumerGroup, { protocolType, protocols }: JoinRequest) {
  const [first] = protocols
  if (protocolType !== consumerProtocolType || first === undefined) return undefined
  const classic = [...group.members.values()].flatMap(member => member.classic ?? [])
  const isCommon = (name: string) => classic.every(other => other.protocols.some(p => p.name === name))
  if (!protocols.some(({ name }) => isCommon(name))) return undefined
  try {
    return decodeSubscription(first.metadata)
  } catch {
    // what cannot be read is no consumer's
    return undefined
  }
}

function findMember(group: ConsumerGroup, request: JoinRequest, memberId: string): ConsumerMember | number {
  const { instanceId } = request
  if (instanceId === null) return group.members.get(memberId) ?? newMember(memberId)
  const known = group.staticMember(instanceId)
  if (request.memberId !== '') {
    if (known === undefined) return errorCodes.UNKNOWN_MEMBER_ID
    return known.memberId === memberId ? known : errorCodes.FENCED_INSTANCE_ID
  }
  if (known === undefined) return newMember(memberId)
  const member = successor(known, memberId)
  replace(group, known, member)
  return member
}

function memberOf(group: ConsumerGroup, request: MemberRequest): ClassicConsumer | number {
  const member = knownMember(group, request.memberId, request.instanceId)
  if (typeof member === 'number') return member
  if (!isClassic(member)) return errorCodes.UNKNOWN_MEMBER_ID
  return member.epoch === request.generation ? member : errorCodes.ILLEGAL_GENERATION
}

function isClassic(member: ConsumerMember): member is ClassicConsumer {
  return member.classic !== null
}

function knownMember(
  group: ConsumerGroup,
  memberId: string,
  instanceId: string | null,
): ConsumerMember | number {
  if (instanceId !== null) {
    const known = group.staticMember(instanceId)
    if (known === undefined) return errorCodes.UNKNOWN_MEMBER_ID
    if (known.memberId !== memberId) return errorCodes.FENCED_INSTANCE_ID
  }
  return group.members.get(memberId) ?? errorCodes.UNKNOWN_MEMBER_ID
}

function mustJoin(group: ConsumerGroup, { memberId, rebalanceTimeoutMs }: ConsumerMember, nowMs: number) {
  const deadlines = group.deadlinesOf(memberId)
  deadlines.joinMs = Math.min(deadlines.joinMs, nowMs + rebalanceTimeoutMs)
  return errorCodes.REBALANCE_IN_PROGRESS
}

/** Whether partitions it is to get are still held by others. */
function isWaiting(group: ConsumerGroup, { memberId }: ConsumerMember): boolean {
  for (const [topicId, partition] of partitionsOf(group.targetOf(memberId))) {
    const owner = group.ownerOf(topicId, partition)
    if (owner !== undefined && owner !== memberId) return true
  }
  return false
}

function idsOf(
  owned: readonly { topic: string; partitions: number[] }[],
  topics: TopicDirectory,
): TopicPartitionIds[] {
  return owned.flatMap(({ topic, partitions }) => {
    const topicId = topics.get(topic)?.id
    return topicId === undefined ? [] : { topicId, partitions }
  })
}
