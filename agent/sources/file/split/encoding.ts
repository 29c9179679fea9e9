/** How a file's bytes become text: `utf-8`, `utf-16le`, `utf-16be`, `utf-32le`, `utf-32be`, or any other label of the Encoding Standard. */
export type Encoding = string

/** By the bytes that a file in it may begin with. */
const marks: Readonly<Record<string, readonly number[]>> = {
  'utf-8': [0xef, 0xbb, 0xbf],
  // before UTF-16's, which it begins with
  'utf-32le': [0xff, 0xfe, 0, 0],
  'utf-32be': [0, 0, 0xfe, 0xff],
  'utf-16le': [0xff, 0xfe],
  'utf-16be': [0xfe, 0xff],
}
/** Of which the platform has no decoder. */
const own = new Set(['utf-32le', 'utf-32be'])
/** So many bytes decide. */
export const decidingBytes = 4

/** Whether there is a decoder for a label. */
export function isEncoding(label: string): boolean {
  if (own.has(label)) return true
  try {
    return new TextDecoder(label).encoding !== ''
  } catch {
    // a RangeError says that there is none
    return false
  }
}

/** The one name of an encoding that has several. */
export function encodingName(label: string): Encoding {
  return own.has(label) ? label : new TextDecoder(label).encoding
}

/** Bytes of the units in which line ends are to be looked for. */
export function unitBytesOf(encoding: Encoding | undefined): 1 | 2 | 4 {
  if (encoding === 'utf-16le' || encoding === 'utf-16be') return 2
  return encoding !== undefined && own.has(encoding) ? 4 : 1
}

/** Whether a unit is the line feed, at a place in bytes of a wide encoding. */
export function isLineFeed(bytes: Buffer, at: number, unitBytes: 2 | 4, isBig: boolean): boolean {
  const low = isBig ? at + unitBytes - 1 : at
  if (bytes[low] !== 0x0a) return false
  for (let i = at; i < at + unitBytes; i++) if (i !== low && bytes[i] !== 0) return false
  return true
}

/**
 * The encoding of a file that begins with these bytes: by its mark, or by the zeros of two letters of UTF-16. Undefined
 * while more bytes, which `isAll` says there are not, may decide otherwise.
 *
 * @example
 * encodingOf(Buffer.from([0xff, 0xfe, 0x61, 0x00])) // => 'utf-16le'
 * encodingOf(Buffer.from('plain')) // => 'utf-8'
 */
export function encodingOf(head: Buffer, isAll = false): Encoding | undefined {
  if (head.length === 0) return undefined
  const known = Object.entries(marks)
  const mayBeMarked = !isAll && known.some(([, mark]) => isBeginningOf(head, mark))
  if (mayBeMarked) return undefined
  const [marked] = known.find(([, mark]) => startsWith(head, mark)) ?? []
  if (marked !== undefined) return marked
  const isLittle = hasLetters(head, 0)
  const isBig = hasLetters(head, 1)
  if (head.length >= decidingBytes) return isLittle ? 'utf-16le' : isBig ? 'utf-16be' : 'utf-8'
  const mayBeWide = head.length > 1 ? isLittle || isBig : head[0] === 0
  return mayBeWide && !isAll ? undefined : 'utf-8'
}

/** Bytes of the mark at a file's beginning, which is no part of its first line. */
export function markLength(head: Buffer, encoding: Encoding): number {
  const mark = marks[encoding]
  return mark !== undefined && startsWith(head, mark) ? mark.length : 0
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
