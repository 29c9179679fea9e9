import { defineApi } from '../schema/api.ts'
import { array, int8, int16, int32, string } from '../schema/field.ts'

/** Adds access rules. */
export const createAcls = defineApi(
  30,
  'CreateAcls',
  {
    versions: [1, 3],
    flexible: 2,
    fields: {
      creations: array({
        resourceType: int8(),
        resourceName: string(),
        resourcePatternType: int8({ since: 1, default: 3 }),
        principal: string(),
        host: string(),
        operation: int8(),
        permissionType: int8(),
      }),
    },
  },
  {
    versions: [1, 3],
    flexible: 2,
    fields: {
      throttleTimeMs: int32(),
      results: array({
        errorCode: int16(),
        errorMessage: string({ nullable: 0 }),
      }),
    },
  },
)
