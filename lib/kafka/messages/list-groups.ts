import { defineApi } from '../schema/api.ts'
import { array, arrayOf, int16, int32, string } from '../schema/field.ts'

/** All groups of a broker. */
export const listGroups = defineApi(
  16,
  'ListGroups',
  {
    versions: [0, 5],
    flexible: 3,
    fields: {
      statesFilter: arrayOf(string(), { since: 4 }),
      typesFilter: arrayOf(string(), { since: 5 }),
    },
  },
  {
    versions: [0, 5],
    flexible: 3,
    fields: {
      throttleTimeMs: int32({ since: 1, ignorable: true }),
      errorCode: int16(),
      groups: array({
        groupId: string(),
        protocolType: string(),
        groupState: string({ since: 4, ignorable: true }),
        groupType: string({ since: 5, ignorable: true }),
      }),
    },
  },
)
