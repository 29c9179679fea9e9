import { OperatingError } from '../../base/index.ts'

/** A record batch whose bytes are not what they claim to be. */
export function corrupt(why: string, cause?: unknown): OperatingError {
  return new OperatingError('CORRUPT_BATCH', `corrupt record batch: ${why}`, { cause })
}

export function tooLarge(maxBytes: number): OperatingError {
  return corrupt(`its content is larger than ${maxBytes} bytes when decompressed`)
}
