import { defineApi } from '../schema/api.ts'
import { array, arrayOf, bool, int16, int32, int64, string, uuid } from '../schema/field.ts'

/** How far a group has read. */
export const offsetFetch = defineApi(
  9,
  'OffsetFetch',
  {
    versions: [1, 10],
    flexible: 6,
    fields: {
      groupId: string({ until: 7 }),
      topics: array(
        {
          name: string(),
          partitionIndexes: arrayOf(int32()),
        },
        { until: 7, nullable: 2 },
      ),
      groups: array(
        {
          groupId: string(),
          memberId: string({ since: 9, nullable: 9, default: null, ignorable: true }),
          memberEpoch: int32({ since: 9, default: -1, ignorable: true }),
          topics: array(
            {
              name: string({ until: 9, ignorable: true }),
              topicId: uuid({ since: 10, ignorable: true }),
              partitionIndexes: arrayOf(int32()),
            },
            { nullable: 8 },
          ),
        },
        { since: 8 },
      ),
      requireStable: bool({ since: 7, default: false }),
    },
  },
  {
    versions: [1, 10],
    flexible: 6,
    fields: {
      throttleTimeMs: int32({ since: 3, ignorable: true }),
      topics: array(
        {
          name: string(),
          partitions: array({
            partitionIndex: int32(),
            committedOffset: int64(),
            committedLeaderEpoch: int32({ since: 5, default: -1, ignorable: true }),
            metadata: string({ nullable: 0 }),
            errorCode: int16(),
          }),
        },
        { until: 7 },
      ),
      errorCode: int16({ since: 2, until: 7, default: 0, ignorable: true }),
      groups: array(
        {
          groupId: string(),
          topics: array({
            name: string({ until: 9, ignorable: true }),
            topicId: uuid({ since: 10, ignorable: true }),
            partitions: array({
              partitionIndex: int32(),
              committedOffset: int64(),
              committedLeaderEpoch: int32({ default: -1, ignorable: true }),
              metadata: string({ nullable: 8 }),
              errorCode: int16(),
            }),
          }),
          errorCode: int16({ default: 0 }),
        },
        { since: 8 },
      ),
    },
  },
)
