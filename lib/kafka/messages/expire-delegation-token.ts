import { defineApi } from '../schema/api.ts'
import { bytes, int16, int32, int64 } from '../schema/field.ts'

/** Lets a token end, or end earlier. */
export const expireDelegationToken = defineApi(
  40,
  'ExpireDelegationToken',
  {
    versions: [1, 2],
    flexible: 2,
    fields: {
      hmac: bytes(),
      expiryTimePeriodMs: int64(),
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
