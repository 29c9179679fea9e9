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
  type Reader,
  versionedFromBuffer,
} from '../../../lib/kafka/index.ts'
import { assignmentOf, noAssignment } from './assignment.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import { type ConsumerMember, type MemberState, newMember } from './consumer-member.ts'
import { kinds, stateNumbers } from './consumer-records.ts'

/** A record of a consumer group. */
export interface ConsumerEvent {
  type: 'consumer'
  group: string
  /** It takes something back, which may have been the group itself. */
  isTombstone: boolean
  isGroup: boolean
  apply: (group: ConsumerGroup) => void
}

type Replay = (reader: Reader, value: Buffer | null) => { group: string; apply: ConsumerEvent['apply'] }

const replays: Readonly<Record<number, Replay>> = {
  [kinds.group]: (reader, value) => ({
    group: consumerGroupMetadataKey.read(reader, 0).groupId,
    apply: group => {
      if (value !== null) Object.assign(group, versionedFromBuffer(consumerGroupMetadataValue, value))
    },
  }),
  [kinds.assignment]: (reader, value) => ({
    group: consumerGroupTargetAssignmentMetadataKey.read(reader, 0).groupId,
    apply: group => {
      group.assignmentEpoch =
        value === null
          ? 0
          : versionedFromBuffer(consumerGroupTargetAssignmentMetadataValue, value).assignmentEpoch
    },
  }),
  [kinds.regex]: (reader, value) => {
    const { groupId, regularExpression } = consumerGroupRegularExpressionKey.read(reader, 0)
    return {
      group: groupId,
      apply: group => {
        if (value === null) group.regexes.delete(regularExpression)
        else {
          const { topics } = versionedFromBuffer(consumerGroupRegularExpressionValue, value)
          group.regexes.set(regularExpression, topics)
        }
      },
    }
  },
  [kinds.target]: (reader, value) => {
    const { groupId, memberId } = consumerGroupTargetAssignmentMemberKey.read(reader, 0)
    return {
      group: groupId,
      apply: group => {
        if (value === null) group.deleteTarget(memberId)
        else {
          const { topicPartitions } = versionedFromBuffer(consumerGroupTargetAssignmentMemberValue, value)
          group.setTarget(memberId, assignmentOf(topicPartitions))
        }
      },
    }
  },
  [kinds.member]: (reader, value) => {
    const { groupId, memberId } = consumerGroupMemberMetadataKey.read(reader, 0)
    return { group: groupId, apply: group => replayMember(group, memberId, value) }
  },
  [kinds.current]: (reader, value) => {
    const { groupId, memberId } = consumerGroupCurrentMemberAssignmentKey.read(reader, 0)
    return { group: groupId, apply: group => replayCurrent(group, memberId, value) }
  },
}

/** Undefined for kinds that are not a consumer group's. The reader stands after the kind. */
export function readConsumerEvent(
  kind: number,
  reader: Reader,
  value: Buffer | null,
): ConsumerEvent | undefined {
  const replay = replays[kind]?.(reader, value)
  if (replay === undefined) return undefined
  return { type: 'consumer', isTombstone: value === null, isGroup: kind === kinds.group, ...replay }
}

function replayMember(group: ConsumerGroup, memberId: string, value: Buffer | null): void {
  const known = group.members.get(memberId)
  if (value === null) {
    if (known !== undefined) group.removeMember(known)
    return
  }
  const read = versionedFromBuffer(consumerGroupMemberMetadataValue, value)
  const { instanceId, rackId, clientId, clientHost, rebalanceTimeoutMs, serverAssignor } = read
  group.setMember({
    ...(known ?? newMember(memberId)),
    instanceId,
    rackId,
    clientId,
    clientHost,
    rebalanceTimeoutMs,
    serverAssignor,
    topicNames: read.subscribedTopicNames,
    topicRegex: read.subscribedTopicRegex ?? '',
    classic: read.classicMemberMetadata && {
      sessionTimeoutMs: read.classicMemberMetadata.sessionTimeoutMs,
      protocols: read.classicMemberMetadata.supportedProtocols,
    },
  })
}

function replayCurrent(group: ConsumerGroup, memberId: string, value: Buffer | null): void {
  const known = group.members.get(memberId)
  if (value === null) {
    if (known !== undefined) group.setMember({ ...known, ...nothing })
    return
  }
  const read = versionedFromBuffer(consumerGroupCurrentMemberAssignmentValue, value)
  group.setMember({
    ...(known ?? newMember(memberId)),
    epoch: read.memberEpoch,
    previousEpoch: read.previousMemberEpoch,
    state: stateOf(read.state),
    assigned: assignmentOf(read.assignedPartitions),
    pendingRevocation: assignmentOf(read.partitionsPendingRevocation),
  })
}

const nothing: Partial<ConsumerMember> = {
  epoch: 0,
  previousEpoch: -1,
  state: 'Stable',
  assigned: noAssignment,
  pendingRevocation: noAssignment,
}

function stateOf(number: number): MemberState {
  const found = Object.entries(stateNumbers).find(([, known]) => known === number)
  return found === undefined ? 'UnreleasedPartitions' : (found[0] as MemberState)
}
