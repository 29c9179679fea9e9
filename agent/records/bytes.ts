/** Copies a short range; for few bytes a plain loop costs less than a call into native code. Answers the new end. */
export function copyBytes(from: Buffer, start: number, end: number, to: Buffer, at: number): number {
  if (end - start > 48) return at + from.copy(to, at, start, end)
  let out = at
  for (let i = start; i < end; i++) to[out++] = from[i] as number
  return out
}

/** Bytes a varint takes for a length below 2^28. */
export function lengthOfVarint(value: number): number {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : 4
}

/** Writes a length below 2^28; answers the new end. */
export function putVarint(to: Buffer, at: number, value: number): number {
  let rest = value
  let out = at
  while (rest >= 0x80) {
    to[out++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  to[out++] = rest
  return out
}

export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39
}

/** The value of a hexadecimal digit, -1 for anything else. */
export function hexValue(byte: number | undefined): number {
  return byte === undefined ? -1 : (hexValues[byte] as number)
}

const hexValues = Int8Array.from({ length: 256 }, (_, byte) => {
  const digit = '0123456789abcdef'.indexOf(String.fromCharCode(byte).toLowerCase())
  return digit
})
