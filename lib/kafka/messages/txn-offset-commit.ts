import { defineApi } from '../schema/api.ts'
import { array, bigint64, int16, int32, int64, string } from '../schema/field.ts'

/** Stores offsets that count when their transaction commits. */
export const txnOffsetCommit = defineApi(
  28,
  'TxnOffsetCommit',
  {
    versions: [0, 5],
    flexible: 3,
    fields: {
      transactionalId: string(),
      groupId: string(),
      producerId: bigint64(),
      producerEpoch: int16(),
      generationId: int32({ since: 3, default: -1 }),
      memberId: string({ since: 3, default: '' }),
      groupInstanceId: string({ since: 3, nullable: 3, default: null }),
      topics: array({
        name: string(),
        partitions: array({
          partitionIndex: int32(),
          committedOffset: int64(),
          committedLeaderEpoch: int32({ since: 2, default: -1, ignorable: true }),
          committedMetadata: string({ nullable: 0 }),
        }),
      }),
    },
  },
  {
    versions: [0, 5],
    flexible: 3,
    fields: {
      throttleTimeMs: int32(),
      topics: array({
        name: string(),
        partitions: array({
          partitionIndex: int32(),
          errorCode: int16(),
        }),
      }),
    },
  },
)
