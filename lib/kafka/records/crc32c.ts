/** Castagnoli's polynomial, its bits turned round. Source: RFC 3720, appendix B.4. */
const polynomial = 0x82f63b78

/**
 * Eight tables one behind the other: table t gives what a byte does to the checksum t further bytes later, so that eight
 * bytes go in at once.
 */
const tables = makeTables()

function makeTables(): Int32Array {
  const made = new Int32Array(8 * 256)
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1
    made[byte] = crc
  }
  for (let i = 256; i < made.length; i++) {
    const before = made[i - 256] as number
    made[i] = (before >>> 8) ^ (made[before & 0xff] as number)
  }
  return made
}

/**
 * CRC-32C of a range, without native code: a gigabyte takes about a second. `before`: the checksum of what comes before it.
 *
 * @example
 * crc32c(Buffer.from('123456789'), 0, 9) // => 0xe3069283
 */
export function crc32c(bytes: Uint8Array, start: number, end: number, before = 0): number {
  const t = tables
  let crc = ~before
  let at = start
  for (const whole = end - 7; at < whole; at += 8) {
    const low =
      crc ^
      ((bytes[at] as number) |
        ((bytes[at + 1] as number) << 8) |
        ((bytes[at + 2] as number) << 16) |
        ((bytes[at + 3] as number) << 24))
    crc =
      (t[1792 + (low & 0xff)] as number) ^
      (t[1536 + ((low >>> 8) & 0xff)] as number) ^
      (t[1280 + ((low >>> 16) & 0xff)] as number) ^
      (t[1024 + (low >>> 24)] as number) ^
      (t[768 + (bytes[at + 4] as number)] as number) ^
      (t[512 + (bytes[at + 5] as number)] as number) ^
      (t[256 + (bytes[at + 6] as number)] as number) ^
      (t[bytes[at + 7] as number] as number)
  }
  for (; at < end; at++) crc = (crc >>> 8) ^ (t[(crc ^ (bytes[at] as number)) & 0xff] as number)
  return ~crc >>> 0
}
