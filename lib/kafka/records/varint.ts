/** Zigzag varints of record fields, as in Protocol Buffers (sint32, sint64). */

export function varintLength(value: number): number {
  if (value >= -1_073_741_824 && value <= 1_073_741_823) {
    const zigzag = ((value << 1) ^ (value >> 31)) >>> 0
    // bits in use, seven to a byte
    return Math.floor((38 - Math.clz32(zigzag | 1)) / 7)
  }
  let rest = zigzagBeyond(value)
  let length = 1
  for (; rest >= 0x80; length++) rest = Math.floor(rest / 0x80)
  return length
}

/** Writes at `at` and returns where it ends. */
export function writeVarint(buffer: Buffer, value: number, at: number): number {
  let offset = at
  if (value >= -1_073_741_824 && value <= 1_073_741_823) {
    let zigzag = ((value << 1) ^ (value >> 31)) >>> 0
    for (; zigzag > 0x7f; zigzag >>>= 7) buffer[offset++] = (zigzag & 0x7f) | 0x80
    buffer[offset++] = zigzag
    return offset
  }
  let rest = zigzagBeyond(value)
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) buffer[offset++] = (rest % 0x80) | 0x80
  buffer[offset++] = rest
  return offset
}

/** Values of more than 31 bits, by arithmetic; exact up to 2^52. */
function zigzagBeyond(value: number): number {
  return value >= 0 ? value * 2 : -value * 2 - 1
}
