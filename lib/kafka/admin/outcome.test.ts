import { expect, it } from 'vitest'
import { errorCodes } from '../index.ts'
import { expectDone } from './outcome.ts'

it('says of what a broker refuses what can be done about it', () => {
  expect(() => expectDone(errorCodes.NONE, null, 'reading')).not.toThrow()
  expect(() => expectDone(errorCodes.SECURITY_DISABLED, 'No Authorizer.', 'listing access rules')).toThrow(
    'listing access rules failed: SECURITY_DISABLED: No Authorizer: set broker.authorization.enabled',
  )
  expect(() => expectDone(errorCodes.TOPIC_AUTHORIZATION_FAILED, '', 'reading')).toThrow(
    /millrace acls create/,
  )
  expect(() => expectDone(undefined, 'gone', 'reading')).toThrow(
    /^reading failed: UNKNOWN_SERVER_ERROR: gone$/,
  )
})
