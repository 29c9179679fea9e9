import { defineApi } from '../schema/api.ts'
import { array, arrayOf, bigint64, int16, int32, int64, string } from '../schema/field.ts'

/** State of single transactions. */
export const describeTransactions = defineApi(
  65,
  'DescribeTransactions',
  {
    versions: [0, 0],
    flexible: 0,
    fields: {
      transactionalIds: arrayOf(string()),
    },
  },
  {
    versions: [0, 0],
    flexible: 0,
    fields: {
      throttleTimeMs: int32(),
      transactionStates: array({
        errorCode: int16(),
        transactionalId: string(),
        transactionState: string(),
        transactionTimeoutMs: int32(),
        transactionStartTimeMs: int64(),
        producerId: bigint64(),
        producerEpoch: int16(),
        topics: array({
          topic: string(),
          partitions: arrayOf(int32()),
        }),
      }),
    },
  },
)
