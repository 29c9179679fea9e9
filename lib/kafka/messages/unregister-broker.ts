import { defineApi } from '../schema/api.ts'
import { int16, int32, string } from '../schema/field.ts'

/** Forgets a broker that is gone for good. */
export const unregisterBroker = defineApi(
  64,
  'UnregisterBroker',
  {
    versions: [0, 0],
    flexible: 0,
    fields: {
      brokerId: int32(),
    },
  },
  {
    versions: [0, 0],
    flexible: 0,
    fields: {
      throttleTimeMs: int32(),
      errorCode: int16(),
      errorMessage: string({ nullable: 0 }),
    },
  },
)
