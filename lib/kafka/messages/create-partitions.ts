import { defineApi } from '../schema/api.ts'
import { array, arrayOf, bool, int16, int32, string } from '../schema/field.ts'

/** Adds partitions to topics. */
export const createPartitions = defineApi(
  37,
  'CreatePartitions',
  {
    versions: [0, 3],
    flexible: 2,
    fields: {
      topics: array({
        name: string(),
        count: int32(),
        assignments: array(
          {
            brokerIds: arrayOf(int32()),
          },
          { nullable: 0 },
        ),
      }),
      timeoutMs: int32(),
      validateOnly: bool(),
    },
  },
  {
    versions: [0, 3],
    flexible: 2,
    fields: {
      throttleTimeMs: int32(),
      results: array({
        name: string(),
        errorCode: int16(),
        errorMessage: string({ nullable: 0, default: null }),
      }),
    },
  },
)
