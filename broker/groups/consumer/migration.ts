import {
  consumerProtocolAssignment,
  decodeSubscription,
  errorCodes,
  versionedFromBuffer,
} from '../../../lib/kafka/index.ts'
import { type Refusal, refuse } from '../../refusal.ts'
import type { ClassicGroup } from '../classic-group.ts'
import { type Member, metadataOf } from '../member.ts'
import { type Assignment, addTo, noAssignment } from './assignment.ts'
import { consumerProtocolType, encodedAssignment } from './classic-members.ts'
import { ConsumerGroup } from './consumer-group.ts'
import type { ConsumerMember } from './consumer-member.ts'
import type { TopicDirectory } from './subscription.ts'

/*
 * A classic group of consumers becomes a group of the new protocol when the first member of that protocol joins, and goes
 * back when the last one leaves (Kafka's group.consumer.migration.policy: bidirectional).
 */

/** The group as one of the new protocol: all its members keep what they had. The classic one stays as it is. */
export function upgraded(
  classic: ClassicGroup,
  topics: TopicDirectory,
  maxSize: number,
  nowMs: number,
): ConsumerGroup | Refusal {
  const refusal = classic.state === 'Empty' ? undefined : upgradeProblem(classic, maxSize)
  if (refusal !== undefined) return refusal
  const group = new ConsumerGroup(classic.id)
  // a group without members begins anew
  if (classic.state !== 'Empty') {
    group.epoch = classic.generation
    group.assignmentEpoch = classic.generation
  }
  try {
    for (const member of classic.members.values()) addMember(group, classic, member, topics, nowMs)
  } catch (error) {
    const why = (error as Error).message
    return refuse('GROUP_ID_NOT_FOUND', `Cannot upgrade classic group ${classic.id}: ${why}.`)
  }
  if (classic.generation > 0) group.changed({ type: 'classic' })
  if (group.members.size > 0) for (const change of group.everything()) group.changed(change)
  return group
}

/** Those who wait in a group that has become another are told to join again. */
export function dismiss(classic: ClassicGroup): void {
  for (const member of [...classic.members.values()]) classic.remove(member, errorCodes.REBALANCE_IN_PROGRESS)
}

/** Fills `classic`, which is new, with the members of a group in which all speak the classic protocol. */
export function downgrade(
  group: ConsumerGroup,
  classic: ClassicGroup,
  topics: TopicDirectory,
  nowMs: number,
): void {
  classic.generation = group.epoch
  classic.protocolType = consumerProtocolType
  for (const member of group.members.values()) {
    const { memberId, instanceId, clientId, clientHost, rebalanceTimeoutMs } = member
    const { sessionTimeoutMs = 0, protocols = [] } = member.classic ?? {}
    const assignment = encodedAssignment(member, topics)
    const who = { memberId, instanceId, clientId, clientHost, sessionTimeoutMs, rebalanceTimeoutMs }
    const waiting = { joinToken: undefined, syncToken: undefined, owesSync: false }
    classic.add({ ...who, ...waiting, protocols, assignment, expiresAtMs: nowMs + sessionTimeoutMs })
  }
  classic.protocol = classic.selectProtocol()
  classic.enter('Stable', nowMs)
}

function upgradeProblem(classic: ClassicGroup, maxSize: number): Refusal | undefined {
  const cannot = (why: string) =>
    refuse(
      'GROUP_ID_NOT_FOUND',
      `Cannot upgrade classic group ${classic.id} to consumer group because the group ${why}.`,
    )
  if (classic.protocolType !== consumerProtocolType)
    return cannot('does not use the consumer embedded protocol')
  if (classic.members.size > maxSize) return cannot('size exceeds the consumer group maximum size')
  return undefined
}

function addMember(
  group: ConsumerGroup,
  classic: ClassicGroup,
  member: Member,
  topics: TopicDirectory,
  nowMs: number,
): void {
  const { memberId, instanceId, clientId, clientHost, sessionTimeoutMs, rebalanceTimeoutMs } = member
  const isSettled = classic.state === 'Stable'
  const metadata = isSettled ? metadataOf(member, classic.protocol) : (member.protocols[0]?.metadata ?? null)
  const subscription = decodeSubscription(metadata ?? Buffer.alloc(0))
  const assigned = assignedTo(member, topics)
  const consumer: ConsumerMember = {
    memberId,
    instanceId,
    rackId: subscription.rackId,
    clientId,
    clientHost,
    rebalanceTimeoutMs,
    topicNames: [...new Set(subscription.topics)].sort(),
    topicRegex: '',
    serverAssignor: null,
    classic: { sessionTimeoutMs, protocols: member.protocols },
    epoch: classic.generation,
    previousEpoch: classic.generation,
    state: 'Stable',
    assigned,
    pendingRevocation: noAssignment,
  }
  group.setMember(consumer)
  group.setTarget(memberId, assigned)
  group.deadlinesOf(memberId).sessionMs = nowMs + sessionTimeoutMs
}

/** Data of a custom assignor would be lost: such a group stays as it is. */
function assignedTo(member: Member, topics: TopicDirectory): Assignment {
  if (member.assignment.length === 0) return noAssignment
  const { assignedPartitions, userData } = versionedFromBuffer(consumerProtocolAssignment, member.assignment)
  if ((userData?.length ?? 0) > 0) throw new Error('an unsupported custom assignor is in use')
  const assigned = new Map<string, Set<number>>()
  for (const { topic, partitions } of assignedPartitions) {
    const topicId = topics.get(topic)?.id
    if (topicId === undefined) continue
    for (const partition of partitions) addTo(assigned, topicId, partition)
  }
  return assigned
}
