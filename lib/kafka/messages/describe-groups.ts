import { defineApi } from '../schema/api.ts'
import { array, arrayOf, bool, bytes, int16, int32, string } from '../schema/field.ts'

/** State and members of classic groups. */
export const describeGroups = defineApi(
  15,
  'DescribeGroups',
  {
    versions: [0, 6],
    flexible: 5,
    fields: {
      groups: arrayOf(string()),
      includeAuthorizedOperations: bool({ since: 3 }),
    },
  },
  {
    versions: [0, 6],
    flexible: 5,
    fields: {
      throttleTimeMs: int32({ since: 1, ignorable: true }),
      groups: array({
        errorCode: int16(),
        errorMessage: string({ since: 6, nullable: 6, default: null }),
        groupId: string(),
        groupState: string(),
        protocolType: string(),
        protocolData: string(),
        members: array({
          memberId: string(),
          groupInstanceId: string({ since: 4, nullable: 4, default: null, ignorable: true }),
          clientId: string(),
          clientHost: string(),
          memberMetadata: bytes(),
          memberAssignment: bytes(),
        }),
        authorizedOperations: int32({ since: 3, default: -2147483648 }),
      }),
    },
  },
)
