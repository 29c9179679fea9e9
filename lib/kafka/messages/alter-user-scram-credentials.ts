import { defineApi } from '../schema/api.ts'
import { array, bytes, int8, int16, int32, string } from '../schema/field.ts'

/** Sets and removes SCRAM credentials, salted by the client. */
export const alterUserScramCredentials = defineApi(
  51,
  'AlterUserScramCredentials',
  {
    versions: [0, 0],
    flexible: 0,
    fields: {
      deletions: array({
        name: string(),
        mechanism: int8(),
      }),
      upsertions: array({
        name: string(),
        mechanism: int8(),
        iterations: int32(),
        salt: bytes(),
        saltedPassword: bytes(),
      }),
    },
  },
  {
    versions: [0, 0],
    flexible: 0,
    fields: {
      throttleTimeMs: int32(),
      results: array({
        user: string(),
        errorCode: int16(),
        errorMessage: string({ nullable: 0 }),
      }),
    },
  },
)
