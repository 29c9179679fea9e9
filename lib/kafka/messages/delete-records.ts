import { defineApi } from '../schema/api.ts'
import { array, int16, int32, int64, string } from '../schema/field.ts'

/** Moves the start of partitions: what is below is gone. */
export const deleteRecords = defineApi(
  21,
  'DeleteRecords',
  {
    versions: [0, 2],
    flexible: 2,
    fields: {
      topics: array({
        name: string(),
        partitions: array({
          partitionIndex: int32(),
          offset: int64(),
        }),
      }),
      timeoutMs: int32(),
    },
  },
  {
    versions: [0, 2],
    flexible: 2,
    fields: {
      throttleTimeMs: int32(),
      topics: array({
        name: string(),
        partitions: array({
          partitionIndex: int32(),
          lowWatermark: int64(),
          errorCode: int16(),
        }),
      }),
    },
  },
)
