/** An unsigned LEB128 number below 2^53, as it stands before a string. Hot. */
export function varint(bytes: Buffer, start: number): number {
  let value = 0
  for (let at = start, scale = 1; ; at++, scale *= 128) {
    const byte = bytes[at] as number
    value += (byte & 0x7f) * scale
    if (byte < 0x80) return value
  }
}

/** Where it ends. Hot. */
export function varintEnd(bytes: Buffer, start: number): number {
  let at = start
  while ((bytes[at] as number) >= 0x80) at++
  return at + 1
}
