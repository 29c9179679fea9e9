import { defineApi } from '../schema/api.ts'
import { bytes, int16, int32, int64 } from '../schema/field.ts'

/** Lets a token live on. */
export const renewDelegationToken = defineApi(
  39,
  'RenewDelegationToken',
  {
    versions: [1, 2],
    flexible: 2,
    fields: {
      hmac: bytes(),
      renewPeriodMs: int64(),
    },
  },
  {
    versions: [1, 2],
    flexible: 2,
    fields: {
      errorCode: int16(),
      expiryTimestampMs: int64(),
      throttleTimeMs: int32(),
    },
  },
)
