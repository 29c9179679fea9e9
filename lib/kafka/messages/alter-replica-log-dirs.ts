import { defineApi } from '../schema/api.ts'
import { array, arrayOf, int16, int32, string } from '../schema/field.ts'

/** Moves replicas between the data folders of a broker. */
export const alterReplicaLogDirs = defineApi(
  34,
  'AlterReplicaLogDirs',
  {
    versions: [1, 2],
    flexible: 2,
    fields: {
      dirs: array({
        path: string(),
        topics: array({
          name: string(),
          partitions: arrayOf(int32()),
        }),
      }),
    },
  },
  {
    versions: [1, 2],
    flexible: 2,
    fields: {
      throttleTimeMs: int32(),
      results: array({
        topicName: string(),
        partitions: array({
          partitionIndex: int32(),
          errorCode: int16(),
        }),
      }),
    },
  },
)
