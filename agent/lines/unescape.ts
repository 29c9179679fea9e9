import { hexValue } from '../records/bytes.ts'

/** What follows a backslash in JSON, and the byte it stands for. */
const simple: Readonly<Record<number, number>> = {
  34: 0x22,
  92: 0x5c,
  47: 0x2f,
  98: 8,
  102: 12,
  110: 10,
  114: 13,
  116: 9,
}

/**
 * Writes the content of a JSON string without its escapes, as UTF-8, to `to` at `at`; the result is never longer than
 * the source. Half a surrogate pair becomes U+FFFD. Answers the end, or -1 where an escape is not JSON's.
 */
export function unescapeJson(from: Buffer, start: number, end: number, to: Buffer, at: number): number {
  let out = at
  let i = start
  while (i < end) {
    const byte = from[i] as number
    if (byte !== 0x5c) {
      to[out++] = byte
      i++
      continue
    }
    const plain = simple[from[i + 1] as number]
    if (plain !== undefined) {
      to[out++] = plain
      i += 2
      continue
    }
    const point = from[i + 1] === 0x75 ? codePoint(from, i + 2, end) : -1
    if (point < 0) return -1
    out = putUtf8(to, out, point)
    // one above the basic plane took two escapes
    i += point > 0xffff ? 12 : 6
  }
  return out
}

/** The character that the four digits at `at` stand for, with the second escape of a surrogate pair; -1 for none. */
function codePoint(from: Buffer, at: number, end: number): number {
  const unit = codeUnit(from, at, end)
  if (unit < 0xd800 || unit > 0xdfff) return unit
  const follows = unit < 0xdc00 && from[at + 4] === 0x5c && from[at + 5] === 0x75
  const low = follows ? codeUnit(from, at + 6, end) : -1
  return low >= 0xdc00 && low <= 0xdfff ? 0x10000 + (unit - 0xd800) * 0x400 + (low - 0xdc00) : 0xfffd
}

function codeUnit(from: Buffer, at: number, end: number): number {
  if (at + 4 > end) return -1
  let unit = 0
  for (let i = at; i < at + 4; i++) {
    const digit = hexValue(from[i])
    if (digit < 0) return -1
    unit = unit * 16 + digit
  }
  return unit
}

function putUtf8(to: Buffer, at: number, point: number): number {
  if (point < 0x80) {
    to[at] = point
    return at + 1
  }
  if (point < 0x800) {
    to[at] = 0xc0 | (point >> 6)
    to[at + 1] = 0x80 | (point & 0x3f)
    return at + 2
  }
  if (point < 0x10000) {
    to[at] = 0xe0 | (point >> 12)
    to[at + 1] = 0x80 | ((point >> 6) & 0x3f)
    to[at + 2] = 0x80 | (point & 0x3f)
    return at + 3
  }
  to[at] = 0xf0 | (point >> 18)
  to[at + 1] = 0x80 | ((point >> 12) & 0x3f)
  to[at + 2] = 0x80 | ((point >> 6) & 0x3f)
  to[at + 3] = 0x80 | (point & 0x3f)
  return at + 4
}
