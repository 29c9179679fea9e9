import { isIndented, startsWith, textStart } from './trace-lines.ts'

const rustWords = ['stack backtrace:', 'note: '].map(word => Buffer.from(word))
const thrownWord = Buffer.from('thrown in ')
const keyLine = Buffer.from('PRIVATE KEY-----')
const keyBegin = Buffer.from('-----BEGIN ')
const keyEnd = Buffer.from('-----END ')
const longestKeyBegin = 80
const monologEnd = Buffer.from('"}')

/** `ValueError: bad`, `shop.cart.CartError`, `KeyboardInterrupt`: a name, then nothing or a colon. */
export function isPythonException(bytes: Buffer, start: number, end: number): boolean {
  let at = start
  while (at < end && isNameOrDot(bytes[at] as number)) at++
  if (at === start || isDigit(bytes[start] as number)) return false
  return at === end || bytes[at] === 0x3a
}

/** `main.add(0xc000012, 0x5)`. */
export function isGoCall(bytes: Buffer, start: number, end: number): boolean {
  if (bytes[end - 1] !== 0x29 || !isNameOrDot(bytes[start] as number) || isDigit(bytes[start] as number))
    return false
  const open = bytes.indexOf(0x28, start)
  const blank = bytes.indexOf(0x20, start)
  return open > start && open < end && (blank < 0 || blank > open)
}

/** `   0: core::panicking::panic`, `             at /src/main.rs:2:5`. */
export function isRust(bytes: Buffer, start: number, end: number): boolean {
  if (rustWords.some(word => startsWith(bytes, start, end, word))) return true
  if (!isIndented(bytes, start, end)) return false
  let at = textStart(bytes, start, end)
  if (bytes[at] === 0x61) return true
  while (at < end && isDigit(bytes[at] as number)) at++
  return bytes[at] === 0x3a
}

/** `#0 /app/x.php(7): add()`, `  thrown in /app/x.php on line 3`, `PHP   1. {main}()`. */
export function isPhp(bytes: Buffer, start: number, end: number): boolean {
  if (bytes[start] === 0x23) return isDigit(bytes[start + 1] as number)
  if (startsWith(bytes, start, end, monologEnd)) return true
  if (startsWith(bytes, textStart(bytes, start, end), end, thrownWord)) return true
  return (
    bytes[start] === 0x50 && /^PHP {3}\d+\. /.test(bytes.toString('latin1', start, Math.min(end, start + 12)))
  )
}

/** `Caused by: …` and `Suppressed: …`: an exception, whose message may be of several lines. */
export function isCause(bytes: Buffer, start: number, end: number): boolean {
  const first = bytes[textStart(bytes, start, end)]
  return first === 0x43 || first === 0x53
}

export function isTimed(bytes: Buffer, start: number): boolean {
  const first = bytes[start] as number
  return isDigit(first) || first === 0x5b || first === 0x3c
}

function isNameOrDot(byte: number): boolean {
  const lower = byte | 0x20
  return (lower >= 0x61 && lower <= 0x7a) || isDigit(byte) || byte === 0x5f || byte === 0x2e || byte === 0x2f
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39
}

/** The first line of a private key, whatever stands before it. Source: RFC 7468 section 2. */
export function isKeyBegin(bytes: Buffer, start: number, end: number): boolean {
  const from = end - keyLine.length
  if (from < start || bytes[end - 1] !== 0x2d || !bytes.subarray(from, end).equals(keyLine)) return false
  return bytes.subarray(Math.max(start, end - longestKeyBegin), end).includes(keyBegin)
}

export function isKeyEnd(bytes: Buffer, start: number, end: number): boolean {
  return bytes.subarray(start, end).includes(keyEnd)
}
