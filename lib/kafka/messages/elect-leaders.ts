import { defineApi } from '../schema/api.ts'
import { array, arrayOf, int8, int16, int32, string } from '../schema/field.ts'

/** Makes a replica the leader of partitions. */
export const electLeaders = defineApi(
  43,
  'ElectLeaders',
  {
    versions: [0, 2],
    flexible: 2,
    fields: {
      electionType: int8({ since: 1 }),
      topicPartitions: array(
        {
          topic: string(),
          partitions: arrayOf(int32()),
        },
        { nullable: 0 },
      ),
      timeoutMs: int32({ default: 60000 }),
    },
  },
  {
    versions: [0, 2],
    flexible: 2,
    fields: {
      throttleTimeMs: int32(),
      errorCode: int16({ since: 1 }),
      replicaElectionResults: array({
        topic: string(),
        partitionResult: array({
          partitionId: int32(),
          errorCode: int16(),
          errorMessage: string({ nullable: 0 }),
        }),
      }),
    },
  },
)
