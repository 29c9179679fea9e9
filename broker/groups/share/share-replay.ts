import {
  type Reader,
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
  versionedFromBuffer,
} from '../../../lib/kafka/index.ts'
import { assignmentOf, noAssignment } from '../consumer/assignment.ts'
import type { ShareGroup, ShareMember } from './share-group.ts'
import { shareKinds } from './share-group-records.ts'

/** A record of a share group. */
export interface ShareEvent {
  type: 'share'
  group: string
  /** It takes something back, which may have been the group itself. */
  isTombstone: boolean
  isGroup: boolean
  apply: (group: ShareGroup) => void
}

type Replay = (reader: Reader, value: Buffer | null) => { group: string; apply: ShareEvent['apply'] }

const replays: Readonly<Record<number, Replay>> = {
  [shareKinds.group]: (reader, value) => ({
    group: shareGroupMetadataKey.read(reader, 0).groupId,
    apply: group => {
      if (value !== null) Object.assign(group, versionedFromBuffer(shareGroupMetadataValue, value))
    },
  }),
  [shareKinds.assignment]: (reader, value) => ({
    group: shareGroupTargetAssignmentMetadataKey.read(reader, 0).groupId,
    apply: group => {
      const read = value && versionedFromBuffer(shareGroupTargetAssignmentMetadataValue, value)
      group.assignmentEpoch = read?.assignmentEpoch ?? 0
    },
  }),
  [shareKinds.topics]: (reader, value) => ({
    group: shareGroupStatePartitionMetadataKey.read(reader, 0).groupId,
    apply: group => replayTopics(group, value),
  }),
  [shareKinds.target]: (reader, value) => {
    const { groupId, memberId } = shareGroupTargetAssignmentMemberKey.read(reader, 0)
    return {
      group: groupId,
      apply: group => {
        const read = value && versionedFromBuffer(shareGroupTargetAssignmentMemberValue, value)
        if (read === null) group.targets.delete(memberId)
        else group.targets.set(memberId, assignmentOf(read.topicPartitions))
      },
    }
  },
  [shareKinds.member]: (reader, value) => {
    const { groupId, memberId } = shareGroupMemberMetadataKey.read(reader, 0)
    return { group: groupId, apply: group => replayMember(group, memberId, value) }
  },
  [shareKinds.current]: (reader, value) => {
    const { groupId, memberId } = shareGroupCurrentMemberAssignmentKey.read(reader, 0)
    return { group: groupId, apply: group => replayCurrent(group, memberId, value) }
  },
}

/** Undefined for kinds that are not a share group's. The reader stands after the kind. */
export function readShareEvent(kind: number, reader: Reader, value: Buffer | null): ShareEvent | undefined {
  const replay = replays[kind]?.(reader, value)
  if (replay === undefined) return undefined
  return { type: 'share', isTombstone: value === null, isGroup: kind === shareKinds.group, ...replay }
}

function replayTopics(group: ShareGroup, value: Buffer | null): void {
  group.topics.clear()
  if (value === null) return
  const { initializedTopics } = versionedFromBuffer(shareGroupStatePartitionMetadataValue, value)
  for (const { topicId: id, topicName: name, partitions } of initializedTopics)
    group.topics.set(id, { id, name, partitionCount: partitions.length })
}

const blank = { rackId: null, clientId: '', clientHost: '', topicNames: [] }
const nothing = { epoch: 0, previousEpoch: -1, assigned: noAssignment }

function memberOf(group: ShareGroup, memberId: string): ShareMember {
  return group.members.get(memberId) ?? { memberId, ...blank, ...nothing }
}

function replayMember(group: ShareGroup, memberId: string, value: Buffer | null): void {
  if (value === null) {
    group.removeMember(memberId)
    return
  }
  const read = versionedFromBuffer(shareGroupMemberMetadataValue, value)
  const { rackId, clientId, clientHost, subscribedTopicNames: topicNames } = read
  group.members.set(memberId, { ...memberOf(group, memberId), rackId, clientId, clientHost, topicNames })
}

function replayCurrent(group: ShareGroup, memberId: string, value: Buffer | null): void {
  const member = memberOf(group, memberId)
  if (value === null) {
    if (group.members.has(memberId)) group.members.set(memberId, { ...member, ...nothing })
    return
  }
  const read = versionedFromBuffer(shareGroupCurrentMemberAssignmentValue, value)
  const assigned = assignmentOf(read.assignedPartitions)
  const { memberEpoch: epoch, previousMemberEpoch: previousEpoch } = read
  group.members.set(memberId, { ...member, epoch, previousEpoch, assigned })
}
