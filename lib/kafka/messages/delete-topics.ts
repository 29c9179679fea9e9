import { defineApi } from '../schema/api.ts'
import { array, arrayOf, int16, int32, string, uuid } from '../schema/field.ts'

/** Removes topics and their data. */
export const deleteTopics = defineApi(
  20,
  'DeleteTopics',
  {
    versions: [1, 6],
    flexible: 4,
    fields: {
      topics: array(
        {
          name: string({ nullable: 6, default: null }),
          topicId: uuid(),
        },
        { since: 6 },
      ),
      topicNames: arrayOf(string(), { until: 5, ignorable: true }),
      timeoutMs: int32(),
    },
  },
  {
    versions: [1, 6],
    flexible: 4,
    fields: {
      throttleTimeMs: int32({ ignorable: true }),
      responses: array({
        name: string({ nullable: 6 }),
        topicId: uuid({ since: 6, ignorable: true }),
        errorCode: int16(),
        errorMessage: string({ since: 5, nullable: 5, default: null, ignorable: true }),
      }),
    },
  },
)
