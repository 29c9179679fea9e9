import { defineApi } from '../schema/api.ts'
import { array, int16, int32, int64, string, uuid } from '../schema/field.ts'

/** Stores how far a group has read. */
export const offsetCommit = defineApi(
  8,
  'OffsetCommit',
  {
    versions: [2, 10],
    flexible: 8,
    fields: {
      groupId: string(),
      generationIdOrMemberEpoch: int32({ default: -1, ignorable: true }),
      memberId: string({ ignorable: true }),
      groupInstanceId: string({ since: 7, nullable: 7, default: null }),
      retentionTimeMs: int64({ until: 4, default: -1, ignorable: true }),
      topics: array({
        name: string({ until: 9, ignorable: true }),
        topicId: uuid({ since: 10, ignorable: true }),
        partitions: array({
          partitionIndex: int32(),
          committedOffset: int64(),
          committedLeaderEpoch: int32({ since: 6, default: -1, ignorable: true }),
          committedMetadata: string({ nullable: 0 }),
        }),
      }),
    },
  },
  {
    versions: [2, 10],
    flexible: 8,
    fields: {
      throttleTimeMs: int32({ since: 3, ignorable: true }),
      topics: array({
        name: string({ until: 9, ignorable: true }),
        topicId: uuid({ since: 10, ignorable: true }),
        partitions: array({
          partitionIndex: int32(),
          errorCode: int16(),
        }),
      }),
    },
  },
)
