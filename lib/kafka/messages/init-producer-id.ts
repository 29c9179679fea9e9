import { defineApi } from '../schema/api.ts'
import { bigint64, bool, int16, int32, int64, string } from '../schema/field.ts'

/** Gives an idempotent producer its id and epoch. */
export const initProducerId = defineApi(
  22,
  'InitProducerId',
  {
    versions: [0, 6],
    flexible: 2,
    fields: {
      transactionalId: string({ nullable: 0 }),
      transactionTimeoutMs: int32(),
      producerId: bigint64({ since: 3, default: -1n }),
      producerEpoch: int16({ since: 3, default: -1 }),
      enable2Pc: bool({ since: 6, default: false }),
      keepPreparedTxn: bool({ since: 6, default: false }),
    },
  },
  {
    versions: [0, 6],
    flexible: 2,
    fields: {
      throttleTimeMs: int32({ ignorable: true }),
      errorCode: int16(),
      producerId: bigint64({ default: -1n }),
      producerEpoch: int16(),
      ongoingTxnProducerId: int64({ since: 6, default: -1 }),
      ongoingTxnProducerEpoch: int16({ since: 6, default: -1 }),
    },
  },
)
