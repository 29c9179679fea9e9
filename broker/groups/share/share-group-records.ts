import {
  type RecordInput,
  shareGroupCurrentMemberAssignmentKey,
  shareGroupCurrentMemberAssignmentValue,
  shareGroupMemberMetadataKey,
  shareGroupMemberMetadataValue,
  shareGroupMetadataKey,
  shareGroupMetadataValue,
  shareGroupStatePartitionMetadataKey,
  shareGroupStatePartitionMetadataValue,
  shareGroupTargetAssignmentMemberKey,
  shareGroupTargetAssignmentMemberValue,
  shareGroupTargetAssignmentMetadataKey,
  shareGroupTargetAssignmentMetadataValue,
  versionedToBuffer,
} from '../../../lib/kafka/index.ts'
import { listOf } from '../consumer/assignment.ts'
import { withKind } from '../record-keys.ts'
import type { ShareChange, ShareGroup } from './share-group.ts'

/** Kinds of keys in `__consumer_offsets`, by Kafka's numbers. */
export const shareKinds = {
  member: 10,
  group: 11,
  assignment: 12,
  target: 13,
  current: 14,
  topics: 15,
} as const

/** The only state of a member that there is. */
const stable = 0

const keys = {
  member: shareGroupMemberMetadataKey,
  group: shareGroupMetadataKey,
  assignment: shareGroupTargetAssignmentMetadataKey,
  target: shareGroupTargetAssignmentMemberKey,
  current: shareGroupCurrentMemberAssignmentKey,
  topics: shareGroupStatePartitionMetadataKey,
}

/** The changes as the group now is: what is not there any more is taken back. */
export function shareRecordsOf(
  group: ShareGroup,
  changes: readonly ShareChange[],
  nowMs: number,
): RecordInput[] {
  return changes.map(change => record(group.id, change, writtenAs(group, change), nowMs))
}

/** Takes back everything of the group. */
export function shareTombstonesOf(group: ShareGroup, nowMs: number): RecordInput[] {
  return group
    .everything()
    .reverse()
    .map(change => record(group.id, change, null, nowMs))
}

function record(
  groupId: string,
  change: ShareChange,
  value: Buffer | null,
  timestampMs: number,
): RecordInput {
  const memberId = 'memberId' in change ? change.memberId : ''
  // keys without a member leave it out
  const key = versionedToBuffer(keys[change.type], 0, { groupId, memberId } as never)
  return { key: withKind(shareKinds[change.type], key), value, timestampMs, headers: [] }
}

function writtenAs(group: ShareGroup, change: ShareChange): Buffer | null {
  switch (change.type) {
    case 'group': {
      const { epoch, metadataHash } = group
      return versionedToBuffer(shareGroupMetadataValue, 0, { epoch, metadataHash })
    }
    case 'assignment': {
      const { assignmentEpoch } = group
      return versionedToBuffer(shareGroupTargetAssignmentMetadataValue, 0, { assignmentEpoch })
    }
    case 'topics': {
      const initializedTopics = [...group.topics.values()].map(({ id, name, partitionCount }) => ({
        topicId: id,
        topicName: name,
        partitions: Array.from({ length: partitionCount }, (_, i) => i),
      }))
      const value = { initializingTopics: [], initializedTopics, deletingTopics: [] }
      return versionedToBuffer(shareGroupStatePartitionMetadataValue, 0, value)
    }
    case 'target': {
      const target = group.targets.get(change.memberId)
      const value = target && { topicPartitions: listOf(target) }
      return value ? versionedToBuffer(shareGroupTargetAssignmentMemberValue, 0, value) : null
    }
    default:
      return writtenOfMember(group, change.type, change.memberId)
  }
}

function writtenOfMember(group: ShareGroup, type: 'member' | 'current', memberId: string): Buffer | null {
  const member = group.members.get(memberId)
  if (member === undefined) return null
  const { rackId, clientId, clientHost, topicNames } = member
  if (type === 'member') {
    const value = { rackId, clientId, clientHost, subscribedTopicNames: topicNames }
    return versionedToBuffer(shareGroupMemberMetadataValue, 0, value)
  }
  return versionedToBuffer(shareGroupCurrentMemberAssignmentValue, 0, {
    memberEpoch: member.epoch,
    previousMemberEpoch: member.previousEpoch,
    state: stable,
    assignedPartitions: listOf(member.assigned),
  })
}
