import { byteClass, endOf, indexOfText, mayBegin, type Redactor } from './redactor.ts'

const shortestToken = 6
const longestWord = 24
/** How far before the scheme the name of the header may stand. */
const headerReach = 24
const shortestPart = 10

// a slash may have JSON's backslash before it
const token = byteClass('0-9', 'A-Z', 'a-z', '._~+/=\\-')
const base64 = byteClass('0-9', 'A-Z', 'a-z', '+/=\\')
const base64Url = byteClass('0-9', 'A-Z', 'a-z', '_-')
const blanks = byteClass(' \t')
const letters = byteClass('A-Z', 'a-z')

/**
 * What stands behind `Bearer` or, in an Authorization header, `Basic`, and JSON web tokens wherever they stand. The word
 * before it stays. Source: RFC 6750 section 2.1, RFC 7617, RFC 7519.
 */
export class BearerRedactor implements Redactor {
  readonly kind = 'bearer'
  readonly triggers = ['bearer', 'basic', 'eyj']
  readonly seesParts = true
  matchStart = 0
  matchEnd = 0

  find(bytes: Buffer, start: number, from: number, end: number): boolean {
    for (let at = from; at < end; at++) {
      const byte = (bytes[at] as number) | 0x20
      if ((byte !== 0x62 && byte !== 0x65) || !mayBegin(bytes, at, start)) continue
      if (byte === 0x62 && this.#scheme(bytes, at, start, end)) return true
      if (bytes[at] !== 0x65 || bytes[at + 1] !== 0x79 || bytes[at + 2] !== 0x4a) continue
      if (this.#webToken(bytes, at, end)) return true
      // no other token begins in what was the first part of none
      at = endOf(base64Url, bytes, at, end) - 1
    }
    return false
  }

  normal(match: string): string {
    return match.replaceAll('\\', '')
  }

  #scheme(bytes: Buffer, at: number, start: number, end: number): boolean {
    const isBearer = isText(bytes, at, end, 'bearer')
    if (!isBearer && !isText(bytes, at, end, 'basic')) return false
    const first = afterGap(bytes, at + (isBearer ? 6 : 5), end)
    const stop = endOfToken(isBearer ? token : base64, bytes, first, end)
    if (first < 0 || stop - first < shortestToken) return false
    const isInHeader = indexOfText(bytes, Math.max(start, at - headerReach), at, 'authorization', true) >= 0
    const isCredential = isBearer ? !isWord(bytes, first, stop) : isUserAndPassword(bytes, first, stop)
    if (!isInHeader && !isCredential) return false
    this.matchStart = first
    this.matchEnd = stop
    return true
  }

  /** `eyJ….eyJ….…`: `{"` in base64 begins the first part; the signature may be empty. */
  #webToken(bytes: Buffer, at: number, end: number): boolean {
    const header = endOf(base64Url, bytes, at, end)
    if (header - at < shortestPart || bytes[header] !== 0x2e || header >= end) return false
    const payload = endOf(base64Url, bytes, header + 1, end)
    if (payload - header <= shortestPart || bytes[payload] !== 0x2e || payload >= end) return false
    this.matchStart = at
    this.matchEnd = endOf(base64Url, bytes, payload + 1, end)
    return true
  }
}

function isText(bytes: Buffer, at: number, end: number, text: string): boolean {
  return indexOfText(bytes, at, Math.min(end, at + text.length), text, true) === at
}

/** Past the blanks, or what URLs have for one, between scheme and token; -1 where there are none. */
function afterGap(bytes: Buffer, at: number, end: number): number {
  if (isText(bytes, at, end, '%20')) return at + 3
  if (bytes[at] === 0x2b) return at + 1
  const stop = endOf(blanks, bytes, at, end)
  return stop > at ? stop : -1
}

/** Full stops at the end belong to the sentence, backslashes to what comes next. */
function endOfToken(table: Uint8Array, bytes: Buffer, at: number, end: number): number {
  if (at < 0) return at
  let stop = endOf(table, bytes, at, end)
  while (stop > at && (bytes[stop - 1] === 0x2e || bytes[stop - 1] === 0x5c)) stop--
  return stop
}

/** A word of prose: letters alone, and not many. */
function isWord(bytes: Buffer, at: number, end: number): boolean {
  return end - at <= longestWord && endOf(letters, bytes, at, end) === end
}

function isUserAndPassword(bytes: Buffer, at: number, end: number): boolean {
  return (end - at) % 4 === 0 && Buffer.from(bytes.toString('latin1', at, end), 'base64').includes(0x3a)
}
