import { defineApi } from '../schema/api.ts'
import { array, int8, int16, int32, string } from '../schema/field.ts'

/** Which SCRAM credentials users have, without the credentials. */
export const describeUserScramCredentials = defineApi(
  50,
  'DescribeUserScramCredentials',
  {
    versions: [0, 0],
    flexible: 0,
    fields: {
      users: array(
        {
          name: string(),
        },
        { nullable: 0 },
      ),
    },
  },
  {
    versions: [0, 0],
    flexible: 0,
    fields: {
      throttleTimeMs: int32(),
      errorCode: int16(),
      errorMessage: string({ nullable: 0 }),
      results: array({
        user: string(),
        errorCode: int16(),
        errorMessage: string({ nullable: 0 }),
        credentialInfos: array({
          mechanism: int8(),
          iterations: int32(),
        }),
      }),
    },
  },
)
