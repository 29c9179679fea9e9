import { defineApi } from '../schema/api.ts'
import { array, arrayOf, int8, int16, int32, string } from '../schema/field.ts'

/** Resources that have a configuration. */
export const listConfigResources = defineApi(
  74,
  'ListConfigResources',
  {
    versions: [0, 1],
    flexible: 0,
    fields: {
      resourceTypes: arrayOf(int8(), { since: 1 }),
    },
  },
  {
    versions: [0, 1],
    flexible: 0,
    fields: {
      throttleTimeMs: int32(),
      errorCode: int16(),
      configResources: array({
        resourceName: string(),
        resourceType: int8({ since: 1, default: 16, ignorable: true }),
      }),
    },
  },
)
