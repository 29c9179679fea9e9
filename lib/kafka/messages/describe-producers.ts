import { defineApi } from '../schema/api.ts'
import { array, arrayOf, bigint64, int16, int32, int64, string } from '../schema/field.ts'

/** What a partition remembers of its producers. */
export const describeProducers = defineApi(
  61,
  'DescribeProducers',
  {
    versions: [0, 0],
    flexible: 0,
    fields: {
      topics: array({
        name: string(),
        partitionIndexes: arrayOf(int32()),
      }),
    },
  },
  {
    versions: [0, 0],
    flexible: 0,
    fields: {
      throttleTimeMs: int32(),
      topics: array({
        name: string(),
        partitions: array({
          partitionIndex: int32(),
          errorCode: int16(),
          errorMessage: string({ nullable: 0, default: null }),
          activeProducers: array({
            producerId: bigint64(),
            producerEpoch: int32(),
            lastSequence: int32({ default: -1 }),
            lastTimestamp: int64({ default: -1 }),
            coordinatorEpoch: int32(),
            currentTxnStartOffset: int64({ default: -1 }),
          }),
        }),
      }),
    },
  },
)
