import { defineApi } from '../schema/api.ts'
import {
  array,
  arrayOf,
  bool,
  int8,
  int16,
  int32,
  int64,
  records,
  string,
  struct,
  uuid,
} from '../schema/field.ts'

/** Acquires records for a member of a share group, and acknowledges those before; a long poll. */
export const shareFetch = defineApi(
  78,
  'ShareFetch',
  {
    versions: [1, 2],
    flexible: 0,
    fields: {
      groupId: string({ nullable: 0, default: null }),
      memberId: string({ nullable: 0 }),
      shareSessionEpoch: int32(),
      maxWaitMs: int32(),
      minBytes: int32(),
      maxBytes: int32({ default: 2147483647 }),
      maxRecords: int32(),
      batchSize: int32(),
      shareAcquireMode: int8({ since: 2, default: 0, ignorable: true }),
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
      forgottenTopicsData: array({
        topicId: uuid(),
        partitions: arrayOf(int32()),
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
      acquisitionLockTimeoutMs: int32(),
      responses: array({
        topicId: uuid(),
        partitions: array({
          partitionIndex: int32(),
          errorCode: int16(),
          errorMessage: string({ nullable: 0, default: null }),
          acknowledgeErrorCode: int16(),
          acknowledgeErrorMessage: string({ nullable: 0, default: null }),
          currentLeader: struct({
            leaderId: int32(),
            leaderEpoch: int32(),
          }),
          records: records(),
          acquiredRecords: array({
            firstOffset: int64(),
            lastOffset: int64(),
            deliveryCount: int16(),
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
