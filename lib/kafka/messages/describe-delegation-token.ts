import { defineApi } from '../schema/api.ts'
import { array, bytes, int16, int32, int64, string } from '../schema/field.ts'

/** The tokens that somebody may see. */
export const describeDelegationToken = defineApi(
  41,
  'DescribeDelegationToken',
  {
    versions: [1, 3],
    flexible: 2,
    fields: {
      owners: array(
        {
          principalType: string(),
          principalName: string(),
        },
        { nullable: 0 },
      ),
    },
  },
  {
    versions: [1, 3],
    flexible: 2,
    fields: {
      errorCode: int16(),
      tokens: array({
        principalType: string(),
        principalName: string(),
        tokenRequesterPrincipalType: string({ since: 3 }),
        tokenRequesterPrincipalName: string({ since: 3 }),
        issueTimestamp: int64(),
        expiryTimestamp: int64(),
        maxTimestamp: int64(),
        tokenId: string(),
        hmac: bytes(),
        renewers: array({
          principalType: string(),
          principalName: string(),
        }),
      }),
      throttleTimeMs: int32(),
    },
  },
)
