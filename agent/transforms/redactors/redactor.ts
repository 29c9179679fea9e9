/** Finds one kind of secret in texts. */
export interface Redactor {
  /** Stands in the marker. */
  readonly kind: string
  /** ASCII texts, in lower case, one of which, in any case, is in everything that is found; none: `mayHold` is asked. */
  readonly triggers: readonly string[]
  /** A quick look, which may say yes where nothing is found, never no where something is. */
  mayHold?(bytes: Buffer, start: number, end: number): boolean
  /** Where a look at a text says no, no part of it holds a secret either. */
  readonly seesParts: boolean
  /** Of the match found last. */
  matchStart: number
  matchEnd: number
  /** Finds the first match at `from` or after it in the text from `start` to `end`. */
  find(bytes: Buffer, start: number, from: number, end: number): boolean
  /** What is hashed for a match, so that the same secret written another way has the same hash. */
  normal(match: string): string
}

/** A table of the bytes of some characters; `a-z` is a range. */
export function byteClass(...parts: readonly string[]): Uint8Array {
  const table = new Uint8Array(256)
  for (const part of parts) {
    const isRange = part.length === 3 && part[1] === '-'
    const first = part.charCodeAt(0)
    if (isRange) table.fill(1, first, part.charCodeAt(2) + 1)
    else for (const char of part) table[char.charCodeAt(0)] = 1
  }
  return table
}

export const digits = byteClass('0-9')
export const alphanumeric = byteClass('0-9', 'A-Z', 'a-z')
export const wordBytes = byteClass('0-9', 'A-Z', 'a-z', '_')

/** Where the bytes of a class that begin at `at` end. */
export function endOf(table: Uint8Array, bytes: Buffer, at: number, end: number): number {
  let i = at
  while (i < end && table[bytes[i] as number] === 1) i++
  return i
}

/** Whether a byte stands at a place inside of a text and is of a class. */
export function isAt(table: Uint8Array, bytes: Buffer, at: number, start: number, end: number): boolean {
  return at >= start && at < end && table[bytes[at] as number] === 1
}

const escapeLetters = byteClass('bfnrt')

/** Whether a word may begin at a place: nothing that is part of one stands before it, escapes of JSON's aside. */
export function mayBegin(bytes: Buffer, at: number, start: number): boolean {
  if (at <= start || wordBytes[bytes[at - 1] as number] !== 1) return true
  return at - 2 >= start && bytes[at - 2] === 0x5c && escapeLetters[bytes[at - 1] as number] === 1
}

/** Past what is left of an escape of JSON's where a word seems to begin: the `n` of `\nada`. */
export function afterEscape(bytes: Buffer, at: number, start: number, end: number): number {
  if (at <= start || bytes[at - 1] !== 0x5c) return at
  if (escapeLetters[bytes[at] as number] === 1) return at + 1
  return bytes[at] === 0x75 ? Math.min(at + 5, end) : at
}

/** Where a text of ASCII stands at `from` or after it; -1 where it does not. `ignoreCase`: the text is in lower case. */
export function indexOfText(
  bytes: Buffer,
  from: number,
  end: number,
  text: string,
  ignoreCase: boolean,
): number {
  for (let at = from; at + text.length <= end; at++) if (standsAt(bytes, at, end, text, ignoreCase)) return at
  return -1
}

/** Whether a text of ASCII stands at a place. `ignoreCase`: the text is in lower case. */
export function standsAt(bytes: Buffer, at: number, end: number, text: string, ignoreCase: boolean): boolean {
  if (at + text.length > end) return false
  for (let i = 0; i < text.length; i++) {
    const byte = bytes[at + i] as number
    const letter = ignoreCase && byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte
    if (letter !== text.charCodeAt(i)) return false
  }
  return true
}
