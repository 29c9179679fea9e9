import { defineApi } from '../schema/api.ts'
import { array, arrayOf, int16, int32, int64, string, uuid } from '../schema/field.ts'

/** How far share groups have come. */
export const describeShareGroupOffsets = defineApi(
  90,
  'DescribeShareGroupOffsets',
  {
    versions: [0, 1],
    flexible: 0,
    fields: {
      groups: array({
        groupId: string(),
        topics: array(
          {
            topicName: string(),
            partitions: arrayOf(int32()),
          },
          { nullable: 0 },
        ),
      }),
    },
  },
  {
    versions: [0, 1],
    flexible: 0,
    fields: {
      throttleTimeMs: int32(),
      groups: array({
        groupId: string(),
        topics: array({
          topicName: string(),
          topicId: uuid(),
          partitions: array({
            partitionIndex: int32(),
            startOffset: int64(),
            leaderEpoch: int32(),
            lag: int64({ since: 1, default: -1, ignorable: true }),
            errorCode: int16(),
            errorMessage: string({ nullable: 0, default: null }),
          }),
        }),
        errorCode: int16(),
        errorMessage: string({ nullable: 0, default: null }),
      }),
    },
  },
)
