import { defineApi } from '../schema/api.ts'
import { array, int16, int32, int64, string, uuid } from '../schema/field.ts'

/** Sets where an empty share group begins. */
export const alterShareGroupOffsets = defineApi(
  91,
  'AlterShareGroupOffsets',
  {
    versions: [0, 0],
    flexible: 0,
    fields: {
      groupId: string(),
      topics: array({
        topicName: string(),
        partitions: array({
          partitionIndex: int32(),
          startOffset: int64(),
        }),
      }),
    },
  },
  {
    versions: [0, 0],
    flexible: 0,
    fields: {
      throttleTimeMs: int32(),
      errorCode: int16(),
      errorMessage: string({ nullable: 0, default: null }),
      responses: array({
        topicName: string(),
        topicId: uuid(),
        partitions: array({
          partitionIndex: int32(),
          errorCode: int16(),
          errorMessage: string({ nullable: 0, default: null }),
        }),
      }),
    },
  },
)
