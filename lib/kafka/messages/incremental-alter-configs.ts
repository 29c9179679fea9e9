import { defineApi } from '../schema/api.ts'
import { array, bool, int8, int16, int32, string } from '../schema/field.ts'

/** Sets, removes and extends single configuration values (KIP-339). */
export const incrementalAlterConfigs = defineApi(
  44,
  'IncrementalAlterConfigs',
  {
    versions: [0, 1],
    flexible: 1,
    fields: {
      resources: array({
        resourceType: int8(),
        resourceName: string(),
        configs: array({
          name: string(),
          configOperation: int8(),
          value: string({ nullable: 0 }),
        }),
      }),
      validateOnly: bool(),
    },
  },
  {
    versions: [0, 1],
    flexible: 1,
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
