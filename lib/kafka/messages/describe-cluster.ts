import { defineApi } from '../schema/api.ts'
import { array, bool, int8, int16, int32, string } from '../schema/field.ts'

/** Brokers and id of the cluster. */
export const describeCluster = defineApi(
  60,
  'DescribeCluster',
  {
    versions: [0, 2],
    flexible: 0,
    fields: {
      includeClusterAuthorizedOperations: bool(),
      endpointType: int8({ since: 1, default: 1 }),
      includeFencedBrokers: bool({ since: 2 }),
    },
  },
  {
    versions: [0, 2],
    flexible: 0,
    fields: {
      throttleTimeMs: int32(),
      errorCode: int16(),
      errorMessage: string({ nullable: 0, default: null }),
      endpointType: int8({ since: 1, default: 1 }),
      clusterId: string(),
      controllerId: int32({ default: -1 }),
      brokers: array({
        brokerId: int32(),
        host: string(),
        port: int32(),
        rack: string({ nullable: 0, default: null }),
        isFenced: bool({ since: 2 }),
      }),
      clusterAuthorizedOperations: int32({ default: -2147483648 }),
    },
  },
)
