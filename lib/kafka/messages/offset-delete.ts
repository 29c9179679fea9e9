import { defineApi } from '../schema/api.ts'
import { array, int16, int32, string } from '../schema/field.ts'

/** Forgets a group's offsets of some partitions. */
export const offsetDelete = defineApi(
  47,
  'OffsetDelete',
  {
    versions: [0, 0],
    flexible: null,
    fields: {
      groupId: string(),
      topics: array({
        name: string(),
        partitions: array({
          partitionIndex: int32(),
        }),
      }),
    },
  },
  {
    versions: [0, 0],
    flexible: null,
    fields: {
      errorCode: int16(),
      throttleTimeMs: int32({ ignorable: true }),
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
