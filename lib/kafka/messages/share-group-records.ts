import { array, arrayOf, int8, int16, int32, int64, string, uuid } from '../schema/field.ts'
import { Message } from '../schema/message.ts'

// Keys and values that share groups write (KIP-932): into `__consumer_offsets` who is in them, into
// `__share_group_state` how far they have come with a partition.

const groupKey = { groupId: string() }
const memberKey = { groupId: string(), memberId: string() }
const partitions = { topicId: uuid(), partitions: arrayOf(int32()) }
const topicPartitions = { topicId: uuid(), topicName: string(), partitions: arrayOf(int32()) }

export const shareGroupMemberMetadataKey = new Message('ShareGroupMemberMetadataKey', {
  versions: [0, 0],
  flexible: null,
  fields: memberKey,
})

export const shareGroupMemberMetadataValue = new Message('ShareGroupMemberMetadataValue', {
  versions: [0, 0],
  flexible: 0,
  fields: {
    rackId: string({ nullable: 0 }),
    clientId: string(),
    clientHost: string(),
    subscribedTopicNames: arrayOf(string()),
  },
})

export const shareGroupMetadataKey = new Message('ShareGroupMetadataKey', {
  versions: [0, 0],
  flexible: null,
  fields: groupKey,
})

export const shareGroupMetadataValue = new Message('ShareGroupMetadataValue', {
  versions: [0, 0],
  flexible: 0,
  fields: { epoch: int32(), metadataHash: int64() },
})

export const shareGroupTargetAssignmentMetadataKey = new Message('ShareGroupTargetAssignmentMetadataKey', {
  versions: [0, 0],
  flexible: null,
  fields: groupKey,
})

export const shareGroupTargetAssignmentMetadataValue = new Message(
  'ShareGroupTargetAssignmentMetadataValue',
  { versions: [0, 0], flexible: 0, fields: { assignmentEpoch: int32() } },
)

export const shareGroupTargetAssignmentMemberKey = new Message('ShareGroupTargetAssignmentMemberKey', {
  versions: [0, 0],
  flexible: null,
  fields: memberKey,
})

export const shareGroupTargetAssignmentMemberValue = new Message('ShareGroupTargetAssignmentMemberValue', {
  versions: [0, 0],
  flexible: 0,
  fields: { topicPartitions: array(partitions) },
})

export const shareGroupCurrentMemberAssignmentKey = new Message('ShareGroupCurrentMemberAssignmentKey', {
  versions: [0, 0],
  flexible: null,
  fields: memberKey,
})

export const shareGroupCurrentMemberAssignmentValue = new Message('ShareGroupCurrentMemberAssignmentValue', {
  versions: [0, 0],
  flexible: 0,
  fields: {
    memberEpoch: int32(),
    previousMemberEpoch: int32(),
    state: int8(),
    assignedPartitions: array(partitions),
  },
})

export const shareGroupStatePartitionMetadataKey = new Message('ShareGroupStatePartitionMetadataKey', {
  versions: [0, 0],
  flexible: null,
  fields: groupKey,
})

export const shareGroupStatePartitionMetadataValue = new Message('ShareGroupStatePartitionMetadataValue', {
  versions: [0, 0],
  flexible: 0,
  fields: {
    initializingTopics: array(topicPartitions),
    initializedTopics: array(topicPartitions),
    deletingTopics: array({ topicId: uuid(), topicName: string() }),
  },
})

export const shareSnapshotKey = new Message('ShareSnapshotKey', {
  versions: [0, 0],
  flexible: null,
  fields: { groupId: string(), topicId: uuid(), partition: int32() },
})

export const shareSnapshotValue = new Message('ShareSnapshotValue', {
  versions: [0, 0],
  flexible: 0,
  fields: {
    snapshotEpoch: int32(),
    stateEpoch: int32(),
    leaderEpoch: int32(),
    startOffset: int64(),
    deliveryCompleteCount: int32({ tag: 0, default: -1 }),
    createTimestamp: int64(),
    writeTimestamp: int64(),
    stateBatches: array({
      firstOffset: int64(),
      lastOffset: int64(),
      deliveryState: int8(),
      deliveryCount: int16(),
    }),
  },
})
