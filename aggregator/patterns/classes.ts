/** What a byte is to the scanner of messages. */
export const byteClasses = { separator: 0, letter: 1, digit: 2, special: 3 } as const

const quote = 0x22
const apostrophe = 0x27
const space = 0x20

/** Bytes above ASCII are letters: words of any script stay whole. */
export const classOf = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 0x30 && byte <= 0x39) return byteClasses.digit
  if ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a) return byteClasses.letter
  if (byte === 0x5f || byte >= 0x80) return byteClasses.letter
  // quotes, colours, and white space other than the usual
  if (byte === quote || byte === apostrophe || byte < space) return byteClasses.special
  return byteClasses.separator
})

export function isAlphanumeric(byte: number): boolean {
  const kind = classOf[byte]
  return kind === byteClasses.letter || kind === byteClasses.digit
}
