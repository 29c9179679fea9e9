import { defineApi } from '../schema/api.ts'
import { array, arrayOf, int16, int32, string, struct, uuid } from '../schema/field.ts'

/** Joins, stays in and leaves a share group (KIP-932). */
export const shareGroupHeartbeat = defineApi(
  76,
  'ShareGroupHeartbeat',
  {
    versions: [1, 1],
    flexible: 0,
    fields: {
      groupId: string(),
      memberId: string(),
      memberEpoch: int32(),
      rackId: string({ nullable: 0, default: null }),
      subscribedTopicNames: arrayOf(string(), { nullable: 0, default: null }),
    },
  },
  {
    versions: [1, 1],
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
