import { defineApi } from '../schema/api.ts'
import { bytes, int16, int64, string } from '../schema/field.ts'

/** Carries the messages of a SASL mechanism. */
export const saslAuthenticate = defineApi(
  36,
  'SaslAuthenticate',
  {
    versions: [0, 2],
    flexible: 2,
    fields: {
      authBytes: bytes(),
    },
  },
  {
    versions: [0, 2],
    flexible: 2,
    fields: {
      errorCode: int16(),
      errorMessage: string({ nullable: 0 }),
      authBytes: bytes(),
      sessionLifetimeMs: int64({ since: 1, default: 0, ignorable: true }),
    },
  },
)
