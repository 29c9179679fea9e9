import { defineApi } from '../schema/api.ts'
import { array, bool, float64, int16, int32, string } from '../schema/field.ts'

/** Sets and removes quotas. */
export const alterClientQuotas = defineApi(
  49,
  'AlterClientQuotas',
  {
    versions: [0, 1],
    flexible: 1,
    fields: {
      entries: array({
        entity: array({
          entityType: string(),
          entityName: string({ nullable: 0 }),
        }),
        ops: array({
          key: string(),
          value: float64(),
          remove: bool(),
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
      entries: array({
        errorCode: int16(),
        errorMessage: string({ nullable: 0 }),
        entity: array({
          entityType: string(),
          entityName: string({ nullable: 0 }),
        }),
      }),
    },
  },
)
