/** What is no number: below anything that a field of a time is. */
export const notDigits = -1_000_000

/** The number that two digits make; `notDigits` where there is anything else. */
export function twoDigits(bytes: Buffer, at: number): number {
  const tens = (bytes[at] as number) - 0x30
  const ones = (bytes[at + 1] as number) - 0x30
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : notDigits
}

export function fourDigits(bytes: Buffer, at: number): number {
  const high = twoDigits(bytes, at)
  const low = twoDigits(bytes, at + 2)
  return high < 0 || low < 0 ? notDigits : high * 100 + low
}

/** Where the digits from `at` on end. */
export function endOfDigits(bytes: Buffer, at: number, end: number): number {
  let i = at
  while (i < end) {
    const digit = (bytes[i] as number) - 0x30
    if (digit < 0 || digit > 9) break
    i++
  }
  return i
}

export function isLetter(byte: number): boolean {
  const lower = byte | 0x20
  return lower >= 0x61 && lower <= 0x7a
}

/** True where a word, number or zone may end at `at`: nothing there goes on with it. */
export function isBoundary(bytes: Buffer, at: number, end: number): boolean {
  return at >= end || boundary[bytes[at] as number] === 1
}

const boundary = Uint8Array.from({ length: 256 }, (_, byte) =>
  ' \t\r\n[](){}<>,;|"\'=:!\u001b'.includes(String.fromCharCode(byte)) ? 1 : 0,
)
