import { defineApi } from '../schema/api.ts'
import { array, arrayOf, bool, int16, int32, int64, string, struct, uint16 } from '../schema/field.ts'

const taskIds = () => array({ subtopologyId: string(), partitions: arrayOf(int32()) })
const assignment = () => struct({ activeTasks: taskIds(), standbyTasks: taskIds(), warmupTasks: taskIds() })
const keyValues = () => array({ key: string(), value: string() })
const taskOffsets = () => array({ subtopologyId: string(), partition: int32(), offset: int64() })
const topics = () =>
  array({ name: string(), partitions: int32(), replicationFactor: int16(), topicConfigs: keyValues() })

/** State, topology and members of streams groups (KIP-1071). */
export const streamsGroupDescribe = defineApi(
  89,
  'StreamsGroupDescribe',
  {
    versions: [0, 0],
    flexible: 0,
    fields: {
      groupIds: arrayOf(string()),
      includeAuthorizedOperations: bool(),
    },
  },
  {
    versions: [0, 0],
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
        topology: struct(
          {
            epoch: int32(),
            subtopologies: array(
              {
                subtopologyId: string(),
                sourceTopics: arrayOf(string()),
                repartitionSinkTopics: arrayOf(string()),
                stateChangelogTopics: topics(),
                repartitionSourceTopics: topics(),
              },
              { nullable: 0, default: null },
            ),
          },
          { nullable: 0, default: null },
        ),
        members: array({
          memberId: string(),
          memberEpoch: int32(),
          instanceId: string({ nullable: 0, default: null }),
          rackId: string({ nullable: 0, default: null }),
          clientId: string(),
          clientHost: string(),
          topologyEpoch: int32(),
          processId: string(),
          userEndpoint: struct({ host: string(), port: uint16() }, { nullable: 0, default: null }),
          clientTags: keyValues(),
          taskOffsets: taskOffsets(),
          taskEndOffsets: taskOffsets(),
          assignment: assignment(),
          targetAssignment: assignment(),
          isClassic: bool(),
        }),
        authorizedOperations: int32({ default: -2147483648 }),
      }),
    },
  },
)
