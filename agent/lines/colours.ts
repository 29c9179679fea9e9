const escapeByte = 0x1b

/**
 * Copies a range without the sequences by which terminals colour text and move (ECMA-48: `ESC [`, parameters, a final
 * byte; other ones have two bytes). Answers how long the copy is; `to` must have room for the whole range.
 */
export function copyWithoutColours(bytes: Buffer, start: number, end: number, to: Buffer): number {
  let out = 0
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number
    if (byte === escapeByte) at = endOfSequence(bytes, at + 1, end)
    else to[out++] = byte
  }
  return out
}

/** The last byte of the sequence whose second byte is at `at`. */
function endOfSequence(bytes: Buffer, at: number, end: number): number {
  if (bytes[at] !== 0x5b) return at
  let i = at + 1
  while (i < end && ((bytes[i] as number) < 0x40 || (bytes[i] as number) > 0x7e)) i++
  return i
}
