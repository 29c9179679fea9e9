import { defineApi } from '../schema/api.ts'
import { array, arrayOf, int16, int32, string, struct, uuid } from '../schema/field.ts'

/** Joins, stays in and leaves a group of the new protocol (KIP-848). */
export const consumerGroupHeartbeat = defineApi(
  68,
  'ConsumerGroupHeartbeat',
  {
    versions: [0, 1],
    flexible: 0,
    fields: {
      groupId: string(),
      memberId: string(),
      memberEpoch: int32(),
      instanceId: string({ nullable: 0, default: null }),
      rackId: string({ nullable: 0, default: null }),
      rebalanceTimeoutMs: int32({ default: -1 }),
      subscribedTopicNames: arrayOf(string(), { nullable: 0, default: null }),
      subscribedTopicRegex: string({ since: 1, nullable: 1, default: null }),
      serverAssignor: string({ nullable: 0, default: null }),
      topicPartitions: array(
        {
          topicId: uuid(),
          partitions: arrayOf(int32()),
        },
        { nullable: 0, default: null },
      ),
    },
  },
  {
    versions: [0, 1],
    flexible: 0,
    fields: {
      throttleTimeMs: int32(),
      errorCode: int16(),
      errorMessage: string({ nullable: 0, default: null }),
      memberId: string({ nullable: 0, default: null }),
      memberEpoch: int32(),
      heartbeatIntervalMs: int32(),
      assignment: struct(
        {
          topicPartitions: array({
            topicId: uuid(),
            partitions: arrayOf(int32()),
          }),
        },
        { nullable: 0, default: null },
      ),
    },
  },
)
