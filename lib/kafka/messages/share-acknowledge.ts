import { defineApi } from '../schema/api.ts'
import { array, arrayOf, bool, int8, int16, int32, int64, string, struct, uuid } from '../schema/field.ts'

/** Acknowledges records that a member of a share group has acquired. */
export const shareAcknowledge = defineApi(
  79,
  'ShareAcknowledge',
  {
    versions: [1, 2],
    flexible: 0,
    fields: {
      groupId: string({ nullable: 0, default: null }),
      memberId: string({ nullable: 0 }),
      shareSessionEpoch: int32(),
      isRenewAck: bool({ since: 2, default: false }),
      topics: array({
        topicId: uuid(),
        partitions: array({
          partitionIndex: int32(),
          acknowledgementBatches: array({
            firstOffset: int64(),
            lastOffset: int64(),
            acknowledgeTypes: arrayOf(int8()),
          }),
        }),
      }),
    },
  },
  {
    versions: [1, 2],
    flexible: 0,
    fields: {
      throttleTimeMs: int32(),
      errorCode: int16(),
      errorMessage: string({ nullable: 0, default: null }),
      acquisitionLockTimeoutMs: int32({ since: 2, ignorable: true }),
      responses: array({
        topicId: uuid(),
        partitions: array({
          partitionIndex: int32(),
          errorCode: int16(),
          errorMessage: string({ nullable: 0, default: null }),
          currentLeader: struct({
            leaderId: int32(),
            leaderEpoch: int32(),
          }),
        }),
      }),
      nodeEndpoints: array({
        nodeId: int32(),
        host: string(),
        port: int32(),
        rack: string({ nullable: 0, default: null }),
      }),
    },
  },
)
