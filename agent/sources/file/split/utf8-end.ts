/** Bytes that the longest character of UTF-8 takes. */
const longest = 4

/**
 * Where the last whole character of a range ends, so that a cut does not divide one. Bytes that are no UTF-8 are each
 * a character of their own.
 */
export function wholeCharacters(bytes: Buffer, start: number, end: number): number {
  for (let at = end - 1; at >= start && at > end - longest; at--) {
    const byte = bytes[at] as number
    if (byte < 0x80) return end
    if (byte < 0xc0) continue
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
    return at + length > end && byte < 0xf8 ? at : end
  }
  return end
}
