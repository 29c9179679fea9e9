import { array, arrayOf, bytes, int8, int32, int64, string, struct, uuid } from '../schema/field.ts'
import { Message } from '../schema/message.ts'

// Keys and values in `__consumer_offsets` that groups of the new protocol write (KIP-848).

export const consumerGroupCurrentMemberAssignmentKey = new Message(
  'ConsumerGroupCurrentMemberAssignmentKey',
  {
    versions: [0, 0],
    flexible: null,
    fields: {
      groupId: string(),
      memberId: string(),
    },
  },
)

export const consumerGroupCurrentMemberAssignmentValue = new Message(
  'ConsumerGroupCurrentMemberAssignmentValue',
  {
    versions: [0, 0],
    flexible: 0,
    fields: {
      memberEpoch: int32(),
      previousMemberEpoch: int32(),
      state: int8(),
      assignedPartitions: array({
        topicId: uuid(),
        partitions: arrayOf(int32()),
      }),
      partitionsPendingRevocation: array({
        topicId: uuid(),
        partitions: arrayOf(int32()),
      }),
    },
  },
)

export const consumerGroupMemberMetadataKey = new Message('ConsumerGroupMemberMetadataKey', {
  versions: [0, 0],
  flexible: null,
  fields: {
    groupId: string(),
    memberId: string(),
  },
})

export const consumerGroupMemberMetadataValue = new Message('ConsumerGroupMemberMetadataValue', {
  versions: [0, 0],
  flexible: 0,
  fields: {
    instanceId: string({ nullable: 0 }),
    rackId: string({ nullable: 0 }),
    clientId: string(),
    clientHost: string(),
    subscribedTopicNames: arrayOf(string()),
    subscribedTopicRegex: string({ nullable: 0 }),
    rebalanceTimeoutMs: int32({ default: -1 }),
    serverAssignor: string({ nullable: 0 }),
    classicMemberMetadata: struct(
      {
        sessionTimeoutMs: int32(),
        supportedProtocols: array({
          name: string(),
          metadata: bytes(),
        }),
      },
      { nullable: 0, tag: 0, default: null },
    ),
  },
})

export const consumerGroupMetadataKey = new Message('ConsumerGroupMetadataKey', {
  versions: [0, 0],
  flexible: null,
  fields: {
    groupId: string(),
  },
})

export const consumerGroupMetadataValue = new Message('ConsumerGroupMetadataValue', {
  versions: [0, 0],
  flexible: 0,
  fields: {
    epoch: int32(),
    metadataHash: int64({ tag: 0, default: 0 }),
  },
})

export const consumerGroupPartitionMetadataKey = new Message('ConsumerGroupPartitionMetadataKey', {
  versions: [0, 0],
  flexible: null,
  fields: {
    groupId: string(),
  },
})

export const consumerGroupPartitionMetadataValue = new Message('ConsumerGroupPartitionMetadataValue', {
  versions: [0, 0],
  flexible: 0,
  fields: {
    topics: array({
      topicId: uuid(),
      topicName: string(),
      numPartitions: int32(),
      partitionMetadata: array({
        partition: int32(),
        racks: arrayOf(string()),
      }),
    }),
  },
})

export const consumerGroupRegularExpressionKey = new Message('ConsumerGroupRegularExpressionKey', {
  versions: [0, 0],
  flexible: null,
  fields: {
    groupId: string(),
    regularExpression: string(),
  },
})

export const consumerGroupRegularExpressionValue = new Message('ConsumerGroupRegularExpressionValue', {
  versions: [0, 0],
  flexible: 0,
  fields: {
    topics: arrayOf(string()),
    version: int64(),
    timestamp: int64(),
  },
})

export const consumerGroupTargetAssignmentMemberKey = new Message('ConsumerGroupTargetAssignmentMemberKey', {
  versions: [0, 0],
  flexible: null,
  fields: {
    groupId: string(),
    memberId: string(),
  },
})

export const consumerGroupTargetAssignmentMemberValue = new Message(
  'ConsumerGroupTargetAssignmentMemberValue',
  {
    versions: [0, 0],
    flexible: 0,
    fields: {
      topicPartitions: array({
        topicId: uuid(),
        partitions: arrayOf(int32()),
      }),
    },
  },
)

export const consumerGroupTargetAssignmentMetadataKey = new Message(
  'ConsumerGroupTargetAssignmentMetadataKey',
  {
    versions: [0, 0],
    flexible: null,
    fields: {
      groupId: string(),
    },
  },
)

export const consumerGroupTargetAssignmentMetadataValue = new Message(
  'ConsumerGroupTargetAssignmentMetadataValue',
  {
    versions: [0, 0],
    flexible: 0,
    fields: {
      assignmentEpoch: int32(),
    },
  },
)
