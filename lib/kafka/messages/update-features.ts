import { defineApi } from '../schema/api.ts'
import { array, bool, int8, int16, int32, string } from '../schema/field.ts'

/** Changes what the cluster has agreed to do (KIP-584). */
export const updateFeatures = defineApi(
  57,
  'UpdateFeatures',
  {
    versions: [0, 2],
    flexible: 0,
    fields: {
      timeoutMs: int32({ default: 60000 }),
      featureUpdates: array({
        feature: string(),
        maxVersionLevel: int16(),
        allowDowngrade: bool({ until: 0 }),
        upgradeType: int8({ since: 1, default: 1 }),
      }),
      validateOnly: bool({ since: 1, default: false }),
    },
  },
  {
    versions: [0, 2],
    flexible: 0,
    fields: {
      throttleTimeMs: int32(),
      errorCode: int16(),
      errorMessage: string({ nullable: 0 }),
      results: array(
        {
          feature: string(),
          errorCode: int16(),
          errorMessage: string({ nullable: 0 }),
        },
        { until: 1, ignorable: true },
      ),
    },
  },
)
