import { defineApi } from '../schema/api.ts'
import { bigint64, bool, int16, int32, string } from '../schema/field.ts'

/** Commits or aborts a transaction. */
export const endTxn = defineApi(
  26,
  'EndTxn',
  {
    versions: [0, 5],
    flexible: 3,
    fields: {
      transactionalId: string(),
      producerId: bigint64(),
      producerEpoch: int16(),
      committed: bool(),
    },
  },
  {
    versions: [0, 5],
    flexible: 3,
    fields: {
      throttleTimeMs: int32(),
      errorCode: int16(),
      producerId: bigint64({ since: 5, default: -1n, ignorable: true }),
      producerEpoch: int16({ since: 5, default: -1, ignorable: true }),
    },
  },
)
