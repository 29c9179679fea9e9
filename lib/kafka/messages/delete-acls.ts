import { defineApi } from '../schema/api.ts'
import { array, int8, int16, int32, string } from '../schema/field.ts'

/** Removes the access rules that match filters. */
export const deleteAcls = defineApi(
  31,
  'DeleteAcls',
  {
    versions: [1, 3],
    flexible: 2,
    fields: {
      filters: array({
        resourceTypeFilter: int8(),
        resourceNameFilter: string({ nullable: 0 }),
        patternTypeFilter: int8({ since: 1, default: 3 }),
        principalFilter: string({ nullable: 0 }),
        hostFilter: string({ nullable: 0 }),
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
      filterResults: array({
        errorCode: int16(),
        errorMessage: string({ nullable: 0 }),
        matchingAcls: array({
          errorCode: int16(),
          errorMessage: string({ nullable: 0 }),
          resourceType: int8(),
          resourceName: string(),
          patternType: int8({ since: 1, default: 3 }),
          principal: string(),
          host: string(),
          operation: int8(),
          permissionType: int8(),
        }),
      }),
    },
  },
)
