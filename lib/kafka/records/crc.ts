import { crc32c } from '@node-rs/crc32'
import { at } from './layout.ts'

/** CRC-32C over what the batch's own CRC field covers: attributes to the end. */
export function batchCrc(buffer: Buffer, start: number, length: number): number {
  return crc32c(buffer.subarray(start + at.attributes, start + length))
}
