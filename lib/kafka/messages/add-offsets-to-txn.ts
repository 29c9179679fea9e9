import { defineApi } from '../schema/api.ts'
import { bigint64, int16, int32, string } from '../schema/field.ts'

/** Tells the transaction coordinator that a transaction commits offsets of a group. */
export const addOffsetsToTxn = defineApi(
  25,
  'AddOffsetsToTxn',
  {
    versions: [0, 4],
    flexible: 3,
    fields: {
      transactionalId: string(),
      producerId: bigint64(),
      producerEpoch: int16(),
      groupId: string(),
    },
  },
  {
    versions: [0, 4],
    flexible: 3,
    fields: {
      throttleTimeMs: int32(),
      errorCode: int16(),
    },
  },
)
