import { defineApi } from '../schema/api.ts'
import { array, arrayOf, bool, int8, int16, int32, string } from '../schema/field.ts'

/** Configuration of topics and brokers. */
export const describeConfigs = defineApi(
  32,
  'DescribeConfigs',
  {
    versions: [1, 4],
    flexible: 4,
    fields: {
      resources: array({
        resourceType: int8(),
        resourceName: string(),
        configurationKeys: arrayOf(string(), { nullable: 0 }),
      }),
      includeSynonyms: bool({ default: false }),
      includeDocumentation: bool({ since: 3, default: false }),
    },
  },
  {
    versions: [1, 4],
    flexible: 4,
    fields: {
      throttleTimeMs: int32(),
      results: array({
        errorCode: int16(),
        errorMessage: string({ nullable: 0 }),
        resourceType: int8(),
        resourceName: string(),
        configs: array({
          name: string(),
          value: string({ nullable: 0 }),
          readOnly: bool(),
          configSource: int8({ default: -1, ignorable: true }),
          isSensitive: bool(),
          synonyms: array(
            {
              name: string(),
              value: string({ nullable: 0 }),
              source: int8(),
            },
            { ignorable: true },
          ),
          configType: int8({ since: 3, default: 0, ignorable: true }),
          documentation: string({ since: 3, nullable: 0, ignorable: true }),
        }),
      }),
    },
  },
)
