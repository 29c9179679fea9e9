import { defineApi } from '../schema/api.ts'
import { array, int16, int32, int64, string } from '../schema/field.ts'

/** Where an epoch of a partition's leaders ended. */
export const offsetForLeaderEpoch = defineApi(
  23,
  'OffsetForLeaderEpoch',
  {
    versions: [2, 4],
    flexible: 4,
    fields: {
      replicaId: int32({ since: 3, default: -2, ignorable: true }),
      topics: array({
        topic: string(),
        partitions: array({
          partition: int32(),
          currentLeaderEpoch: int32({ since: 2, default: -1, ignorable: true }),
          leaderEpoch: int32(),
        }),
      }),
    },
  },
  {
    versions: [2, 4],
    flexible: 4,
    fields: {
      throttleTimeMs: int32({ since: 2, ignorable: true }),
      topics: array({
        topic: string(),
        partitions: array({
          errorCode: int16(),
          partition: int32(),
          leaderEpoch: int32({ since: 1, default: -1, ignorable: true }),
          endOffset: int64({ default: -1 }),
        }),
      }),
    },
  },
)
