import {
  consumerGroupCurrentMemberAssignmentKey,
  consumerGroupCurrentMemberAssignmentValue,
  consumerGroupMemberMetadataKey,
  consumerGroupMemberMetadataValue,
  consumerGroupMetadataKey,
  consumerGroupMetadataValue,
  consumerGroupRegularExpressionKey,
  consumerGroupRegularExpressionValue,
  consumerGroupTargetAssignmentMemberKey,
  consumerGroupTargetAssignmentMemberValue,
  consumerGroupTargetAssignmentMetadataKey,
  consumerGroupTargetAssignmentMetadataValue,
  type RecordInput,
  versionedToBuffer,
  type Write,
} from '../../../lib/kafka/index.ts'
import { groupKey, withKind } from '../record-keys.ts'
import { listOf } from './assignment.ts'
import type { Change, ConsumerGroup } from './consumer-group.ts'
import type { ConsumerMember, MemberState } from './consumer-member.ts'

/** Kinds of keys in `__consumer_offsets`, by Kafka's numbers; 4 was partition metadata before 4.1 and is not written. */
export const kinds = {
  group: 3,
  member: 5,
  assignment: 6,
  target: 7,
  current: 8,
  regex: 16,
} as const

export const stateNumbers: Readonly<Record<MemberState, number>> = {
  Stable: 0,
  UnrevokedPartitions: 1,
  UnreleasedPartitions: 2,
}

/** The changes as the group now is: what is not there any more is taken back. */
export function recordsOf(group: ConsumerGroup, changes: readonly Change[], nowMs: number): RecordInput[] {
  return changes.map(change => recordOf(group, change, nowMs, true))
}

/** Takes back everything of the group. */
export function tombstonesOf(group: ConsumerGroup, nowMs: number): RecordInput[] {
  return group
    .everything()
    .reverse()
    .map(change => recordOf(group, change, nowMs, false))
}

function recordOf(group: ConsumerGroup, change: Change, timestampMs: number, hasValue: boolean): RecordInput {
  const value = hasValue ? writtenAs(group, change, timestampMs) : null
  return { key: keyOf(group.id, change), value, timestampMs, headers: [] }
}

function keyOf(groupId: string, change: Change): Buffer {
  switch (change.type) {
    case 'group':
      return withKind(kinds.group, versionedToBuffer(consumerGroupMetadataKey, 0, { groupId }))
    case 'assignment':
      return withKind(
        kinds.assignment,
        versionedToBuffer(consumerGroupTargetAssignmentMetadataKey, 0, { groupId }),
      )
    case 'regex': {
      const key = { groupId, regularExpression: change.pattern }
      return withKind(kinds.regex, versionedToBuffer(consumerGroupRegularExpressionKey, 0, key))
    }
    case 'classic':
      return groupKey(groupId)
    default: {
      const key = { groupId, memberId: change.memberId }
      return withKind(kinds[change.type], versionedToBuffer(memberKeys[change.type], 0, key))
    }
  }
}

const memberKeys = {
  member: consumerGroupMemberMetadataKey,
  target: consumerGroupTargetAssignmentMemberKey,
  current: consumerGroupCurrentMemberAssignmentKey,
}

function writtenAs(group: ConsumerGroup, change: Change, nowMs: number): Buffer | null {
  switch (change.type) {
    case 'group': {
      const { epoch, metadataHash } = group
      return versionedToBuffer(consumerGroupMetadataValue, 0, { epoch, metadataHash })
    }
    case 'assignment': {
      const { assignmentEpoch } = group
      return versionedToBuffer(consumerGroupTargetAssignmentMetadataValue, 0, { assignmentEpoch })
    }
    case 'regex': {
      const topics = group.regexes.get(change.pattern)
      if (topics === undefined) return null
      const value = { topics, version: group.topicsVersion, timestamp: nowMs }
      return versionedToBuffer(consumerGroupRegularExpressionValue, 0, value)
    }
    case 'target': {
      const target = group.targets.get(change.memberId)
      if (target === undefined) return null
      const value = { topicPartitions: listOf(target) }
      return versionedToBuffer(consumerGroupTargetAssignmentMemberValue, 0, value)
    }
    case 'member': {
      const member = group.members.get(change.memberId)
      return member ? versionedToBuffer(consumerGroupMemberMetadataValue, 0, metadataValue(member)) : null
    }
    case 'current': {
      const member = group.members.get(change.memberId)
      return member
        ? versionedToBuffer(consumerGroupCurrentMemberAssignmentValue, 0, currentValue(member))
        : null
    }
    case 'classic':
      return null
  }
}

function metadataValue(member: ConsumerMember): Write<typeof consumerGroupMemberMetadataValue> {
  const { instanceId, rackId, clientId, clientHost, rebalanceTimeoutMs, serverAssignor, classic } = member
  return {
    instanceId,
    rackId,
    clientId,
    clientHost,
    subscribedTopicNames: member.topicNames,
    subscribedTopicRegex: member.topicRegex,
    rebalanceTimeoutMs,
    serverAssignor,
    classicMemberMetadata: classic && {
      sessionTimeoutMs: classic.sessionTimeoutMs,
      supportedProtocols: classic.protocols,
    },
  }
}

function currentValue(member: ConsumerMember): Write<typeof consumerGroupCurrentMemberAssignmentValue> {
  return {
    memberEpoch: member.epoch,
    previousMemberEpoch: member.previousEpoch,
    state: stateNumbers[member.state],
    assignedPartitions: listOf(member.assigned),
    partitionsPendingRevocation: listOf(member.pendingRevocation),
  }
}
