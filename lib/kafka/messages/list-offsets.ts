import { defineApi } from '../schema/api.ts'
import { array, int8, int16, int32, int64, string } from '../schema/field.ts'

/** Offsets by time, and the ends of partitions. */
export const listOffsets = defineApi(
  2,
  'ListOffsets',
  {
    versions: [1, 11],
    flexible: 6,
    fields: {
      replicaId: int32(),
      isolationLevel: int8({ since: 2 }),
      topics: array({
        name: string(),
        partitions: array({
          partitionIndex: int32(),
          currentLeaderEpoch: int32({ since: 4, default: -1, ignorable: true }),
          timestamp: int64(),
        }),
      }),
      timeoutMs: int32({ since: 10, ignorable: true }),
    },
  },
  {
    versions: [1, 11],
    flexible: 6,
    fields: {
      throttleTimeMs: int32({ since: 2, ignorable: true }),
      topics: array({
        name: string(),
        partitions: array({
          partitionIndex: int32(),
          errorCode: int16(),
          timestamp: int64({ default: -1 }),
          offset: int64({ default: -1 }),
          leaderEpoch: int32({ since: 4, default: -1 }),
        }),
      }),
    },
  },
)
