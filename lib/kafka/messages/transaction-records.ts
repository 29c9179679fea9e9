import { array, arrayOf, bigint64, int8, int16, int32, int64, string } from '../schema/field.ts'
import { Message } from '../schema/message.ts'

// Keys and values of `__transaction_state`, and the value of a control record.

export const transactionLogKey = new Message('TransactionLogKey', {
  versions: [0, 0],
  flexible: null,
  fields: {
    transactionalId: string(),
  },
})

export const transactionLogValue = new Message('TransactionLogValue', {
  versions: [0, 1],
  flexible: 1,
  fields: {
    producerId: bigint64(),
    previousProducerId: int64({ since: 1, tag: 0, default: -1 }),
    nextProducerId: int64({ since: 1, tag: 1, default: -1 }),
    producerEpoch: int16(),
    nextProducerEpoch: int16({ since: 1, tag: 3, default: -1 }),
    transactionTimeoutMs: int32(),
    transactionStatus: int8(),
    transactionPartitions: array(
      {
        topic: string(),
        partitionIds: arrayOf(int32()),
      },
      { nullable: 0 },
    ),
    transactionLastUpdateTimestampMs: int64(),
    transactionStartTimestampMs: int64(),
    clientTransactionVersion: int16({ since: 1, tag: 2, default: 0 }),
  },
})

export const endTxnMarker = new Message('EndTxnMarker', {
  versions: [0, 0],
  flexible: null,
  fields: {
    coordinatorEpoch: int32(),
  },
})
