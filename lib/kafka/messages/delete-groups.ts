import { defineApi } from '../schema/api.ts'
import { array, arrayOf, int16, int32, string } from '../schema/field.ts'

/** Forgets groups and their offsets. */
export const deleteGroups = defineApi(
  42,
  'DeleteGroups',
  {
    versions: [0, 2],
    flexible: 2,
    fields: {
      groupsNames: arrayOf(string()),
    },
  },
  {
    versions: [0, 2],
    flexible: 2,
    fields: {
      throttleTimeMs: int32(),
      results: array({
        groupId: string(),
        errorCode: int16(),
      }),
    },
  },
)
