import { afterEscape, alphanumeric, byteClass, endOf, indexOfText, isAt, type Redactor } from './redactor.ts'

const longestLocal = 64
/** The at sign as it is, in URLs, and as JSON may have it. */
const signs = ['@', '%40', '\\u0040'] as const

const local = byteClass('0-9', 'A-Z', 'a-z', '._%+-')
const firstOfLocal = byteClass('0-9', 'A-Z', 'a-z', '_')
const label = byteClass('0-9', 'A-Z', 'a-z', '-')
const letters = byteClass('A-Z', 'a-z')
const beyondAscii = 0x80

/** E-mail addresses: a local part, an at sign and a domain of two or more labels, the last of them of letters. */
export class EmailRedactor implements Redactor {
  readonly kind = 'email'
  readonly triggers = signs
  readonly seesParts = true
  matchStart = 0
  matchEnd = 0

  find(bytes: Buffer, start: number, from: number, end: number): boolean {
    for (let at = from; at < end; at++) {
      const sign = signAt(bytes, at, end)
      if (sign === 0) continue
      const domainEnd = endOfDomain(bytes, at + sign, end)
      const first = startOfLocal(bytes, at, Math.max(from, start))
      if (domainEnd < 0 || first === at) continue
      this.matchStart = first
      this.matchEnd = domainEnd
      return true
    }
    return false
  }

  normal(match: string): string {
    return match.replace(/%40|\\u0040/i, '@').toLowerCase()
  }
}

/** Length of the at sign that stands here; 0 for none. */
function signAt(bytes: Buffer, at: number, end: number): number {
  const byte = bytes[at]
  if (byte === 0x40) return 1
  if (byte !== 0x25 && byte !== 0x5c) return 0
  const sign = byte === 0x25 ? signs[1] : signs[2]
  return indexOfText(bytes, at, Math.min(end, at + sign.length), sign, true) === at ? sign.length : 0
}

function startOfLocal(bytes: Buffer, at: number, start: number): number {
  const least = Math.max(start, at - longestLocal)
  let first = at
  while (first > least && isLocal(bytes, first - 1, least)) first--
  first = afterEscape(bytes, first, start, at)
  while (first < at && !isFirst(bytes[first] as number)) first++
  return first
}

function isFirst(byte: number): boolean {
  return byte >= beyondAscii || firstOfLocal[byte] === 1
}

function isLocal(bytes: Buffer, at: number, start: number): boolean {
  const byte = bytes[at] as number
  if (byte >= beyondAscii || local[byte] === 1) return true
  // O'Brien, but no quotes around an address
  return byte === 0x27 && isAt(letters, bytes, at - 1, start, at) && letters[bytes[at + 1] as number] === 1
}

/** Past the domain that begins at `at`; -1 where none does. */
function endOfDomain(bytes: Buffer, at: number, end: number): number {
  let found = -1
  for (let from = at; ; ) {
    const stop = endOfLabel(bytes, from, end)
    if (stop === from) return found
    if (from > at && stop - from >= 2 && isName(bytes, from, stop)) found = stop
    if (bytes[stop] !== 0x2e || stop >= end) return found
    from = stop + 1
  }
}

function endOfLabel(bytes: Buffer, at: number, end: number): number {
  let stop = at
  while (stop < end && ((bytes[stop] as number) >= beyondAscii || label[bytes[stop] as number] === 1)) stop++
  while (stop > at && bytes[stop - 1] === 0x2d) stop--
  return stop
}

/** A top-level domain: letters, or `xn--` and more. */
function isName(bytes: Buffer, at: number, end: number): boolean {
  if (endOf(letters, bytes, at, end) === end || (bytes[at] as number) >= beyondAscii) return true
  return (
    bytes.toString('latin1', at, Math.min(at + 4, end)).toLowerCase() === 'xn--' &&
    isAt(alphanumeric, bytes, end - 1, at, end)
  )
}
