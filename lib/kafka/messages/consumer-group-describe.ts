import { defineApi } from '../schema/api.ts'
import { array, arrayOf, bool, int8, int16, int32, string, struct, uuid } from '../schema/field.ts'

/** State and members of groups of the new protocol. */
export const consumerGroupDescribe = defineApi(
  69,
  'ConsumerGroupDescribe',
  {
    versions: [0, 1],
    flexible: 0,
    fields: {
      groupIds: arrayOf(string()),
      includeAuthorizedOperations: bool(),
    },
  },
  {
    versions: [0, 1],
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
          instanceId: string({ nullable: 0, default: null }),
          rackId: string({ nullable: 0, default: null }),
          memberEpoch: int32(),
          clientId: string(),
          clientHost: string(),
          subscribedTopicNames: arrayOf(string()),
          subscribedTopicRegex: string({ nullable: 0, default: null }),
          assignment: struct({
            topicPartitions: array({
              topicId: uuid(),
              topicName: string(),
              partitions: arrayOf(int32()),
            }),
          }),
          targetAssignment: struct({
            topicPartitions: array({
              topicId: uuid(),
              topicName: string(),
              partitions: arrayOf(int32()),
            }),
          }),
          memberType: int8({ since: 1, default: -1, ignorable: true }),
        }),
        authorizedOperations: int32({ default: -2147483648 }),
      }),
    },
  },
)
