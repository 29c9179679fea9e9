import { defineApi } from '../schema/api.ts'
import { array, int16, int32, string, uuid } from '../schema/field.ts'

/** Forgets how far an empty share group has come. */
export const deleteShareGroupOffsets = defineApi(
  92,
  'DeleteShareGroupOffsets',
  {
    versions: [0, 0],
    flexible: 0,
    fields: {
      groupId: string(),
      topics: array({
        topicName: string(),
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
        errorCode: int16(),
        errorMessage: string({ nullable: 0, default: null }),
      }),
    },
  },
)
