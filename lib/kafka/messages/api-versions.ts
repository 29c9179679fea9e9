import { defineApi } from '../schema/api.ts'
import { array, bool, int16, int32, int64, string } from '../schema/field.ts'

/** Which APIs and versions a broker speaks. */
export const apiVersions = defineApi(
  18,
  'ApiVersions',
  {
    versions: [0, 4],
    flexible: 3,
    fields: {
      clientSoftwareName: string({ since: 3, ignorable: true }),
      clientSoftwareVersion: string({ since: 3, ignorable: true }),
    },
  },
  {
    versions: [0, 4],
    flexible: 3,
    fields: {
      errorCode: int16(),
      apiKeys: array({
        apiKey: int16(),
        minVersion: int16(),
        maxVersion: int16(),
      }),
      throttleTimeMs: int32({ since: 1, ignorable: true }),
      supportedFeatures: array(
        {
          name: string(),
          minVersion: int16(),
          maxVersion: int16(),
        },
        { since: 3, tag: 0, ignorable: true },
      ),
      finalizedFeaturesEpoch: int64({ since: 3, tag: 1, default: -1, ignorable: true }),
      finalizedFeatures: array(
        {
          name: string(),
          maxVersionLevel: int16(),
          minVersionLevel: int16(),
        },
        { since: 3, tag: 2, ignorable: true },
      ),
      zkMigrationReady: bool({ since: 3, tag: 3, default: false, ignorable: true }),
    },
  },
)
