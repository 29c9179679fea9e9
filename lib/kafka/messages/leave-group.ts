import { defineApi } from '../schema/api.ts'
import { array, int16, int32, string } from '../schema/field.ts'

/** Takes members out of a classic group. */
export const leaveGroup = defineApi(
  13,
  'LeaveGroup',
  {
    versions: [0, 5],
    flexible: 4,
    fields: {
      groupId: string(),
      memberId: string({ until: 2 }),
      members: array(
        {
          memberId: string(),
          groupInstanceId: string({ nullable: 3, default: null }),
          reason: string({ since: 5, nullable: 5, default: null, ignorable: true }),
        },
        { since: 3 },
      ),
    },
  },
  {
    versions: [0, 5],
    flexible: 4,
    fields: {
      throttleTimeMs: int32({ since: 1, ignorable: true }),
      errorCode: int16(),
      members: array(
        {
          memberId: string(),
          groupInstanceId: string({ nullable: 3 }),
          errorCode: int16(),
        },
        { since: 3 },
      ),
    },
  },
)
