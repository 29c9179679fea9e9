import { defineApi } from '../schema/api.ts'
import { array, arrayOf, bigint64, bool, int16, int32, int64, string } from '../schema/field.ts'

/** Tells the transaction coordinator which partitions a transaction writes to. */
export const addPartitionsToTxn = defineApi(
  24,
  'AddPartitionsToTxn',
  {
    versions: [0, 5],
    flexible: 3,
    fields: {
      transactions: array(
        {
          transactionalId: string({ since: 4 }),
          producerId: bigint64({ since: 4 }),
          producerEpoch: int16({ since: 4 }),
          verifyOnly: bool({ since: 4, default: false }),
          topics: array(
            {
              name: string(),
              partitions: arrayOf(int32()),
            },
            { since: 4 },
          ),
        },
        { since: 4 },
      ),
      v3AndBelowTransactionalId: string({ until: 3 }),
      v3AndBelowProducerId: int64({ until: 3 }),
      v3AndBelowProducerEpoch: int16({ until: 3 }),
      v3AndBelowTopics: array(
        {
          name: string(),
          partitions: arrayOf(int32()),
        },
        { until: 3 },
      ),
    },
  },
  {
    versions: [0, 5],
    flexible: 3,
    fields: {
      throttleTimeMs: int32(),
      errorCode: int16({ since: 4, ignorable: true }),
      resultsByTransaction: array(
        {
          transactionalId: string({ since: 4 }),
          topicResults: array(
            {
              name: string(),
              resultsByPartition: array({
                partitionIndex: int32(),
                partitionErrorCode: int16(),
              }),
            },
            { since: 4 },
          ),
        },
        { since: 4 },
      ),
      resultsByTopicV3AndBelow: array(
        {
          name: string(),
          resultsByPartition: array({
            partitionIndex: int32(),
            partitionErrorCode: int16(),
          }),
        },
        { until: 3 },
      ),
    },
  },
)
