import { defineApi } from '../schema/api.ts'
import { array, arrayOf, bool, int16, int32, string } from '../schema/field.ts'

/** Moves partitions between brokers (KIP-455). */
export const alterPartitionReassignments = defineApi(
  45,
  'AlterPartitionReassignments',
  {
    versions: [0, 1],
    flexible: 0,
    fields: {
      timeoutMs: int32({ default: 60000 }),
      allowReplicationFactorChange: bool({ since: 1, default: true }),
      topics: array({
        name: string(),
        partitions: array({
          partitionIndex: int32(),
          replicas: arrayOf(int32(), { nullable: 0, default: null }),
        }),
      }),
    },
  },
  {
    versions: [0, 1],
    flexible: 0,
    fields: {
      throttleTimeMs: int32(),
      allowReplicationFactorChange: bool({ since: 1, default: true, ignorable: true }),
      errorCode: int16(),
      errorMessage: string({ nullable: 0 }),
      responses: array({
        name: string(),
        partitions: array({
          partitionIndex: int32(),
          errorCode: int16(),
          errorMessage: string({ nullable: 0 }),
        }),
      }),
    },
  },
)
