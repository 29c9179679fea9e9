import { defineApi } from '../schema/api.ts'
import { int16, int32, string } from '../schema/field.ts'

/** Keeps a member in its classic group. */
export const heartbeat = defineApi(
  12,
  'Heartbeat',
  {
    versions: [0, 4],
    flexible: 4,
    fields: {
      groupId: string(),
      generationId: int32(),
      memberId: string(),
      groupInstanceId: string({ since: 3, nullable: 3, default: null }),
    },
  },
  {
    versions: [0, 4],
    flexible: 4,
    fields: {
      throttleTimeMs: int32({ since: 1, ignorable: true }),
      errorCode: int16(),
    },
  },
)
