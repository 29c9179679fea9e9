import { defineApi } from '../schema/api.ts'
import { arrayOf, int16, string } from '../schema/field.ts'

/** Chooses a SASL mechanism. */
export const saslHandshake = defineApi(
  17,
  'SaslHandshake',
  {
    versions: [0, 1],
    flexible: null,
    fields: {
      mechanism: string(),
    },
  },
  {
    versions: [0, 1],
    flexible: null,
    fields: {
      errorCode: int16(),
      mechanisms: arrayOf(string()),
    },
  },
)
