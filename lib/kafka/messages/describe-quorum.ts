import { defineApi } from '../schema/api.ts'
import { array, int16, int32, int64, string, uint16, uuid } from '../schema/field.ts'

/** Who votes on the metadata, and how far each has come (KIP-595). */
export const describeQuorum = defineApi(
  55,
  'DescribeQuorum',
  {
    versions: [0, 2],
    flexible: 0,
    fields: {
      topics: array({
        topicName: string(),
        partitions: array({
          partitionIndex: int32(),
        }),
      }),
    },
  },
  {
    versions: [0, 2],
    flexible: 0,
    fields: {
      errorCode: int16(),
      errorMessage: string({ since: 2, nullable: 2, ignorable: true }),
      topics: array({
        topicName: string(),
        partitions: array({
          partitionIndex: int32(),
          errorCode: int16(),
          errorMessage: string({ since: 2, nullable: 2, ignorable: true }),
          leaderId: int32(),
          leaderEpoch: int32(),
          highWatermark: int64(),
          currentVoters: array({
            replicaId: int32(),
            replicaDirectoryId: uuid({ since: 2 }),
            logEndOffset: int64(),
            lastFetchTimestamp: int64({ since: 1, default: -1, ignorable: true }),
            lastCaughtUpTimestamp: int64({ since: 1, default: -1, ignorable: true }),
          }),
          observers: array({
            replicaId: int32(),
            replicaDirectoryId: uuid({ since: 2 }),
            logEndOffset: int64(),
            lastFetchTimestamp: int64({ since: 1, default: -1, ignorable: true }),
            lastCaughtUpTimestamp: int64({ since: 1, default: -1, ignorable: true }),
          }),
        }),
      }),
      nodes: array(
        {
          nodeId: int32({ since: 2 }),
          listeners: array(
            {
              name: string({ since: 2 }),
              host: string({ since: 2 }),
              port: uint16({ since: 2 }),
            },
            { since: 2 },
          ),
        },
        { since: 2 },
      ),
    },
  },
)
