import { defineApi } from '../schema/api.ts'
import { array, arrayOf, bigint64, int16, int32, int64, string } from '../schema/field.ts'

/** All transactions of a coordinator. */
export const listTransactions = defineApi(
  66,
  'ListTransactions',
  {
    versions: [0, 2],
    flexible: 0,
    fields: {
      stateFilters: arrayOf(string()),
      producerIdFilters: arrayOf(int64()),
      durationFilter: int64({ since: 1, default: -1 }),
      transactionalIdPattern: string({ since: 2, nullable: 2, default: null }),
    },
  },
  {
    versions: [0, 2],
    flexible: 0,
    fields: {
      throttleTimeMs: int32(),
      errorCode: int16(),
      unknownStateFilters: arrayOf(string()),
      transactionStates: array({
        transactionalId: string(),
        producerId: bigint64(),
        transactionState: string(),
      }),
    },
  },
)
