import { OperatingError } from '../../lib/base/index.ts'

/** The other side will never take this: it is set aside. */
export function refusedForGood(message: string): OperatingError {
  return new OperatingError('OUTPUT_REFUSED', message)
}

/** Not now: it is sent again. */
export function notTaken(message: string): OperatingError {
  return new OperatingError('OUTPUT_UNAVAILABLE', message)
}
