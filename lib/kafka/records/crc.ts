import { native } from '../../native/index.ts'
import { crc32c } from './crc32c.ts'
import { at } from './layout.ts'
import { nativeCrc } from './native.ts'

/** CRC-32C over what the batch's own CRC field covers: attributes to the end. */
export function batchCrc(buffer: Buffer, start: number, length: number): number {
  return checksum(buffer, start + at.attributes, start + length)
}

/**
 * CRC-32C of a range, or of all the bytes whose checksum `before` is and the range behind them: by the processor's own
 * instruction where a native module is there, six times as fast; by ours twice as fast again.
 */
export function checksum(buffer: Buffer, start: number, end: number, before = 0): number {
  if (native?.crc32c !== undefined) return native.crc32c(buffer, start, end, before)
  const other = nativeCrc()
  return other === undefined
    ? crc32c(buffer, start, end, before)
    : other.crc32c(buffer.subarray(start, end), before)
}
