import { defineApi } from '../schema/api.ts'
import { array, arrayOf, bool, int16, int32, int64, string } from '../schema/field.ts'

/** What lies in the folders of a broker. */
export const describeLogDirs = defineApi(
  35,
  'DescribeLogDirs',
  {
    versions: [1, 4],
    flexible: 2,
    fields: {
      topics: array(
        {
          topic: string(),
          partitions: arrayOf(int32()),
        },
        { nullable: 0 },
      ),
    },
  },
  {
    versions: [1, 4],
    flexible: 2,
    fields: {
      throttleTimeMs: int32(),
      errorCode: int16({ since: 3, ignorable: true }),
      results: array({
        errorCode: int16(),
        logDir: string(),
        topics: array({
          name: string(),
          partitions: array({
            partitionIndex: int32(),
            partitionSize: int64(),
            offsetLag: int64(),
            isFutureKey: bool(),
          }),
        }),
        totalBytes: int64({ since: 4, default: -1, ignorable: true }),
        usableBytes: int64({ since: 4, default: -1, ignorable: true }),
      }),
    },
  },
)
