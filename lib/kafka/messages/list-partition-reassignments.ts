import { defineApi } from '../schema/api.ts'
import { array, arrayOf, int16, int32, string } from '../schema/field.ts'

/** Partitions that are moving between brokers. */
export const listPartitionReassignments = defineApi(
  46,
  'ListPartitionReassignments',
  {
    versions: [0, 0],
    flexible: 0,
    fields: {
      timeoutMs: int32({ default: 60000 }),
      topics: array(
        {
          name: string(),
          partitionIndexes: arrayOf(int32()),
        },
        { nullable: 0, default: null },
      ),
    },
  },
  {
    versions: [0, 0],
    flexible: 0,
    fields: {
      throttleTimeMs: int32(),
      errorCode: int16(),
      errorMessage: string({ nullable: 0 }),
      topics: array({
        name: string(),
        partitions: array({
          partitionIndex: int32(),
          replicas: arrayOf(int32()),
          addingReplicas: arrayOf(int32()),
          removingReplicas: arrayOf(int32()),
        }),
      }),
    },
  },
)
