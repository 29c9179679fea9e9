import { defineApi } from '../schema/api.ts'
import { array, arrayOf, bool, int8, int16, int32, string, uuid } from '../schema/field.ts'

/** Makes topics. */
export const createTopics = defineApi(
  19,
  'CreateTopics',
  {
    versions: [2, 7],
    flexible: 5,
    fields: {
      topics: array({
        name: string(),
        numPartitions: int32(),
        replicationFactor: int16(),
        assignments: array({
          partitionIndex: int32(),
          brokerIds: arrayOf(int32()),
        }),
        configs: array({
          name: string(),
          value: string({ nullable: 0 }),
        }),
      }),
      timeoutMs: int32({ default: 60000 }),
      validateOnly: bool({ default: false }),
    },
  },
  {
    versions: [2, 7],
    flexible: 5,
    fields: {
      throttleTimeMs: int32({ ignorable: true }),
      topics: array({
        name: string(),
        topicId: uuid({ since: 7, ignorable: true }),
        errorCode: int16(),
        errorMessage: string({ nullable: 0, ignorable: true }),
        topicConfigErrorCode: int16({ since: 5, tag: 0, ignorable: true }),
        numPartitions: int32({ since: 5, default: -1, ignorable: true }),
        replicationFactor: int16({ since: 5, default: -1, ignorable: true }),
        configs: array(
          {
            name: string(),
            value: string({ nullable: 5 }),
            readOnly: bool(),
            configSource: int8({ default: -1, ignorable: true }),
            isSensitive: bool(),
          },
          { since: 5, nullable: 5, ignorable: true },
        ),
      }),
    },
  },
)
