import { defineApi } from '../schema/api.ts'
import { array, arrayOf, bool, int16, int32, string, struct, uuid } from '../schema/field.ts'

/** State and members of share groups. */
export const shareGroupDescribe = defineApi(
  77,
  'ShareGroupDescribe',
  {
    versions: [1, 1],
    flexible: 0,
    fields: {
      groupIds: arrayOf(string()),
      includeAuthorizedOperations: bool(),
    },
  },
  {
    versions: [1, 1],
    flexible: 0,
    fields: {
      throttleTimeMs: int32(),
      groups: array({
        errorCode: int16(),
        errorMessage: string({ nullable: 0, default: null }),
        groupId: string(),
        groupState: string(),
        groupEpoch: int32(),
        assignmentEpoch: int32(),
        assignorName: string(),
        members: array({
          memberId: string(),
          rackId: string({ nullable: 0, default: null }),
          memberEpoch: int32(),
          clientId: string(),
          clientHost: string(),
          subscribedTopicNames: arrayOf(string()),
          assignment: struct({
            topicPartitions: array({
              topicId: uuid(),
              topicName: string(),
              partitions: arrayOf(int32()),
            }),
          }),
        }),
        authorizedOperations: int32({ default: -2147483648 }),
      }),
    },
  },
)
