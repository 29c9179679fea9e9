/** How a file's bytes become text: `utf-8`, `utf-16le`, `utf-16be`, or any other label of the Encoding Standard. */
export type Encoding = string

const utf8Mark = [0xef, 0xbb, 0xbf]
const utf16leMark = [0xff, 0xfe]
const utf16beMark = [0xfe, 0xff]
/** So many bytes decide. */
export const decidingBytes = 4

/** Whether there is a decoder for a label. */
export function isEncoding(label: string): boolean {
  try {
    return new TextDecoder(label).encoding !== ''
  } catch {
    // a RangeError says that there is none
    return false
  }
}

/** The one name of an encoding that has several. */
export function encodingName(label: string): Encoding {
  return new TextDecoder(label).encoding
}

/**
 * The encoding of a file that begins with these bytes: by its mark, or by the zeros of two letters of UTF-16. Undefined
 * while more bytes may decide otherwise.
 *
 * @example
 * encodingOf(Buffer.from([0xff, 0xfe, 0x61, 0x00])) // => 'utf-16le'
 * encodingOf(Buffer.from('plain')) // => 'utf-8'
 */
export function encodingOf(head: Buffer): Encoding | undefined {
  if (head.length === 0) return undefined
  if (startsWith(head, utf16leMark)) return 'utf-16le'
  if (startsWith(head, utf16beMark)) return 'utf-16be'
  const isLittle = hasLetters(head, 0)
  const isBig = hasLetters(head, 1)
  if (head.length >= decidingBytes) return isLittle ? 'utf-16le' : isBig ? 'utf-16be' : 'utf-8'
  const mayBeMarked = [utf8Mark, utf16leMark, utf16beMark].some(mark => isBeginningOf(head, mark))
  const mayBeWide = head.length > 1 ? isLittle || isBig : head[0] === 0
  return mayBeMarked || mayBeWide ? undefined : 'utf-8'
}

/** Bytes of the mark at a file's beginning, which is no part of its first line. */
export function markLength(head: Buffer, encoding: Encoding): number {
  if (encoding === 'utf-8') return startsWith(head, utf8Mark) ? utf8Mark.length : 0
  const isMarked =
    (encoding === 'utf-16le' && startsWith(head, utf16leMark)) ||
    (encoding === 'utf-16be' && startsWith(head, utf16beMark))
  return isMarked ? utf16leMark.length : 0
}

/** Letters of ASCII at every other byte from `first` on, zeros between them, in the first four bytes. */
function hasLetters(head: Buffer, first: number): boolean {
  for (let at = 0; at < Math.min(decidingBytes, head.length); at++) {
    const byte = head[at] as number
    if (at % 2 === first ? !isText(byte) : byte !== 0) return false
  }
  return true
}

function isText(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || (byte >= 0x09 && byte <= 0x0d)
}

function startsWith(bytes: Buffer, start: readonly number[]): boolean {
  return start.every((byte, i) => bytes[i] === byte)
}

function isBeginningOf(head: Buffer, mark: readonly number[]): boolean {
  return head.length < mark.length && head.every((byte, i) => mark[i] === byte)
}
