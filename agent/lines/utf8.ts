import { isUtf8 } from 'node:buffer'

/**
 * Makes text of any bytes: what is not UTF-8 becomes `\xNN`, one per byte, so that it stays visible and can be turned
 * back. Valid input is answered as it is.
 *
 * @example
 * escapeInvalidUtf8(Buffer.from([0x61, 0xff])).toString() // => 'a\\xff'
 */
export function escapeInvalidUtf8(bytes: Buffer): Buffer {
  if (isUtf8(bytes)) return bytes
  const parts: Buffer[] = []
  let good = 0
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at)
    if (length > 0) {
      at += length
      continue
    }
    parts.push(bytes.subarray(good, at), escaped(bytes[at] as number))
    good = ++at
  }
  parts.push(bytes.subarray(good))
  return Buffer.concat(parts)
}

function escaped(byte: number): Buffer {
  return Buffer.from(`\\x${byte.toString(16).padStart(2, '0')}`)
}

/** Length of the valid UTF-8 sequence at `at`, 0 where there is none. */
function sequenceLength(bytes: Buffer, at: number): number {
  const first = bytes[at] as number
  if (first < 0x80) return 1
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2
  return at + length <= bytes.length && isUtf8(bytes.subarray(at, at + length)) ? length : 0
}
