import { defineApi } from '../schema/api.ts'
import { array, arrayOf, int8, int16, int32, string } from '../schema/field.ts'

/** Which broker keeps a group or a transactional id. */
export const findCoordinator = defineApi(
  10,
  'FindCoordinator',
  {
    versions: [0, 6],
    flexible: 3,
    fields: {
      key: string({ until: 3 }),
      keyType: int8({ since: 1, default: 0 }),
      coordinatorKeys: arrayOf(string(), { since: 4 }),
    },
  },
  {
    versions: [0, 6],
    flexible: 3,
    fields: {
      throttleTimeMs: int32({ since: 1, ignorable: true }),
      errorCode: int16({ until: 3 }),
      errorMessage: string({ since: 1, until: 3, nullable: 1, ignorable: true }),
      nodeId: int32({ until: 3 }),
      host: string({ until: 3 }),
      port: int32({ until: 3 }),
      coordinators: array(
        {
          key: string(),
          nodeId: int32(),
          host: string(),
          port: int32(),
          errorCode: int16(),
          errorMessage: string({ nullable: 4, ignorable: true }),
        },
        { since: 4 },
      ),
    },
  },
)
