import { defineApi } from '../schema/api.ts'
import { array, arrayOf, bigint64, bool, int8, int16, int32, string } from '../schema/field.ts'

/** Ends transactions in partitions: what a coordinator asks of brokers, and an administrator of one that hangs. */
export const writeTxnMarkers = defineApi(
  27,
  'WriteTxnMarkers',
  {
    versions: [1, 2],
    flexible: 1,
    fields: {
      markers: array({
        producerId: bigint64(),
        producerEpoch: int16(),
        transactionResult: bool(),
        topics: array({
          name: string(),
          partitionIndexes: arrayOf(int32()),
        }),
        coordinatorEpoch: int32(),
        transactionVersion: int8({ since: 2, default: 0, ignorable: true }),
      }),
    },
  },
  {
    versions: [1, 2],
    flexible: 1,
    fields: {
      markers: array({
        producerId: bigint64(),
        topics: array({
          name: string(),
          partitions: array({
            partitionIndex: int32(),
            errorCode: int16(),
          }),
        }),
      }),
    },
  },
)
