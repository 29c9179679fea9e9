const word = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x80 || /[0-9A-Za-z]/.test(String.fromCharCode(byte)) ? 1 : 0,
)

/** Bytes of words as the index cuts them: ASCII letters, digits and all non-ASCII. */
export function isWordByte(byte: number): boolean {
  return word[byte] === 1
}
