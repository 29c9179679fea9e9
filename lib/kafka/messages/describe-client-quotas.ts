import { defineApi } from '../schema/api.ts'
import { array, bool, float64, int8, int16, int32, string } from '../schema/field.ts'

/** The quotas that match a filter. */
export const describeClientQuotas = defineApi(
  48,
  'DescribeClientQuotas',
  {
    versions: [0, 1],
    flexible: 1,
    fields: {
      components: array({
        entityType: string(),
        matchType: int8(),
        match: string({ nullable: 0 }),
      }),
      strict: bool(),
    },
  },
  {
    versions: [0, 1],
    flexible: 1,
    fields: {
      throttleTimeMs: int32(),
      errorCode: int16(),
      errorMessage: string({ nullable: 0 }),
      entries: array(
        {
          entity: array({
            entityType: string(),
            entityName: string({ nullable: 0 }),
          }),
          values: array({
            key: string(),
            value: float64(),
          }),
        },
        { nullable: 0 },
      ),
    },
  },
)
