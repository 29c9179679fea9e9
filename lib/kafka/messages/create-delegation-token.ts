import { defineApi } from '../schema/api.ts'
import { array, bytes, int16, int32, int64, string } from '../schema/field.ts'

/** Makes a token by which somebody comes in for another for a while (KIP-48). */
export const createDelegationToken = defineApi(
  38,
  'CreateDelegationToken',
  {
    versions: [1, 3],
    flexible: 2,
    fields: {
      ownerPrincipalType: string({ since: 3, nullable: 3 }),
      ownerPrincipalName: string({ since: 3, nullable: 3 }),
      renewers: array({
        principalType: string(),
        principalName: string(),
      }),
      maxLifetimeMs: int64(),
    },
  },
  {
    versions: [1, 3],
    flexible: 2,
    fields: {
      errorCode: int16(),
      principalType: string(),
      principalName: string(),
      tokenRequesterPrincipalType: string({ since: 3 }),
      tokenRequesterPrincipalName: string({ since: 3 }),
      issueTimestampMs: int64(),
      expiryTimestampMs: int64(),
      maxTimestampMs: int64(),
      tokenId: string(),
      hmac: bytes(),
      throttleTimeMs: int32(),
    },
  },
)
