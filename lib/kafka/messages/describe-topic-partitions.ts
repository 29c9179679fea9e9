import { defineApi } from '../schema/api.ts'
import { array, arrayOf, bool, int16, int32, string, struct, uuid } from '../schema/field.ts'

/** Topics and their partitions, page by page (KIP-966). */
export const describeTopicPartitions = defineApi(
  75,
  'DescribeTopicPartitions',
  {
    versions: [0, 0],
    flexible: 0,
    fields: {
      topics: array({
        name: string(),
      }),
      responsePartitionLimit: int32({ default: 2000 }),
      cursor: struct(
        {
          topicName: string(),
          partitionIndex: int32(),
        },
        { nullable: 0, default: null },
      ),
    },
  },
  {
    versions: [0, 0],
    flexible: 0,
    fields: {
      throttleTimeMs: int32({ ignorable: true }),
      topics: array({
        errorCode: int16(),
        name: string({ nullable: 0 }),
        topicId: uuid({ ignorable: true }),
        isInternal: bool({ default: false, ignorable: true }),
        partitions: array({
          errorCode: int16(),
          partitionIndex: int32(),
          leaderId: int32(),
          leaderEpoch: int32({ default: -1, ignorable: true }),
          replicaNodes: arrayOf(int32()),
          isrNodes: arrayOf(int32()),
          eligibleLeaderReplicas: arrayOf(int32(), { nullable: 0, default: null }),
          lastKnownElr: arrayOf(int32(), { nullable: 0, default: null }),
          offlineReplicas: arrayOf(int32(), { ignorable: true }),
        }),
        topicAuthorizedOperations: int32({ default: -2147483648 }),
      }),
      nextCursor: struct(
        {
          topicName: string(),
          partitionIndex: int32(),
        },
        { nullable: 0, default: null },
      ),
    },
  },
)
