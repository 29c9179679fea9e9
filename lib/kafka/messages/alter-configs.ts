import { defineApi } from '../schema/api.ts'
import { array, bool, int8, int16, int32, string } from '../schema/field.ts'

/** Replaces the configuration of resources. */
export const alterConfigs = defineApi(
  33,
  'AlterConfigs',
  {
    versions: [0, 2],
    flexible: 2,
    fields: {
      resources: array({
        resourceType: int8(),
        resourceName: string(),
        configs: array({
          name: string(),
          value: string({ nullable: 0 }),
        }),
      }),
      validateOnly: bool(),
    },
  },
  {
    versions: [0, 2],
    flexible: 2,
    fields: {
      throttleTimeMs: int32(),
      responses: array({
        errorCode: int16(),
        errorMessage: string({ nullable: 0 }),
        resourceType: int8(),
        resourceName: string(),
      }),
    },
  },
)
