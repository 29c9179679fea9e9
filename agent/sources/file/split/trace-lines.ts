/** What a line may be of a stack trace, by its own bytes alone. */
export const traceLines = {
  /** Anything else. */
  other: 0,
  json: 1,
  blank: 2,
  /** Indented, and nothing that is known. */
  indented: 3,
  /** `at …` of Java, .NET, Node; `from …` of Ruby. */
  frame: 4,
  /** What leads to another exception: `Caused by:`, `... 12 more`, ` ---> `. */
  link: 5,
  /** An exception's class, perhaps with a message. */
  exception: 6,
  /** Of Python: what leads to another traceback. */
  pythonLink: 7,
  pythonHead: 8,
  goHead: 9,
  rustHead: 10,
  phpHead: 11,
  /** An exception that ended its thread or program. */
  uncaught: 12,
} as const
export type TraceLine = (typeof traceLines)[keyof typeof traceLines]

const space = 0x20
const tab = 0x09

/** Heads of lines that are not indented, by their first letter: few lines of a log begin with one of those. */
const heads = byFirstByte([
  ['Caused by: ', traceLines.link],
  ['--- End of ', traceLines.link],
  ['Exception in thread ', traceLines.uncaught],
  ['Unhandled exception', traceLines.uncaught],
  ['Traceback (most recent call last)', traceLines.pythonHead],
  ['The above exception was the direct cause', traceLines.pythonLink],
  ['During handling of the above exception', traceLines.pythonLink],
  ['panic: ', traceLines.goHead],
  ['fatal error: ', traceLines.goHead],
  ['goroutine ', traceLines.goHead],
  ['Stack trace:', traceLines.phpHead],
  ['PHP Stack trace:', traceLines.phpHead],
  ['[stacktrace]', traceLines.phpHead],
])

/** The same behind spaces. */
const indentedHeads = byFirstByte([
  ['Caused by: ', traceLines.link],
  ['Suppressed: ', traceLines.link],
  ['---> ', traceLines.link],
  ['--- End of ', traceLines.link],
  ['- locked ', traceLines.link],
  ['+ Exception Group Traceback', traceLines.pythonHead],
])

const threadWord = Buffer.from("thread '")
const panickedWord = Buffer.from(' panicked at ')
const atWord = Buffer.from('at ')
const fromWord = Buffer.from('from ')
const dotsWord = Buffer.from('... ')
const inWord = Buffer.from(':in ')
const dot = Buffer.from('.')
/** `Error`. */
const shortestClass = 5
const rubyWord = Buffer.from('.rb')
const anonymous = Buffer.from('<anonymous>')
const exceptionWords = ['Error', 'Exception', 'Throwable'].map(word => Buffer.from(word))

/** What a line's first byte says of it: most lines of a log are done with that. */
const kinds = { other: 0, json: 1, indented: 2, head: 3, name: 4 } as const
const kindOf = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte === 0x7b) return kinds.json
  if (byte === space || byte === tab) return kinds.indented
  if (heads[byte] !== undefined || byte === 0x74) return kinds.head
  return isLetter(byte) || byte === 0x5f || byte === 0x24 ? kinds.name : kinds.other
})

/** Of names of classes, dots within. */
const inName = Uint8Array.from({ length: 256 }, (_, byte) => Number(isName(byte) || byte === 0x2e))

/**
 * Of a line without a carriage return at its end. Costs a few nanoseconds for lines that begin with a digit, a bracket or
 * a brace, one per letter of its first word for others.
 */
export function traceLineOf(bytes: Buffer, start: number, end: number): TraceLine {
  if (start >= end) return traceLines.blank
  switch (kindOf[bytes[start] as number]) {
    case kinds.other:
      return traceLines.other
    case kinds.json:
      return traceLines.json
    case kinds.indented:
      return indentedLineOf(bytes, start, end)
    case kinds.head:
      return headLineOf(bytes, start, end)
    default:
      return exceptionOf(bytes, start, end)
  }
}

function headLineOf(bytes: Buffer, start: number, end: number): TraceLine {
  const known = headOf(heads, bytes, start, end)
  if (known !== traceLines.other) return known
  if (isRustHead(bytes, start, end)) return traceLines.rustHead
  return exceptionOf(bytes, start, end)
}

export function isIndented(bytes: Buffer, start: number, end: number): boolean {
  return start < end && (bytes[start] === space || bytes[start] === tab)
}

export function startsWith(bytes: Buffer, start: number, end: number, word: Buffer): boolean {
  if (end - start < word.length) return false
  for (let i = 0; i < word.length; i++) if (bytes[start + i] !== word[i]) return false
  return true
}

/** Behind the blanks at a line's beginning. */
export function textStart(bytes: Buffer, start: number, end: number): number {
  let at = start
  while (at < end && (bytes[at] === space || bytes[at] === tab)) at++
  return at
}

function indentedLineOf(bytes: Buffer, start: number, end: number): TraceLine {
  const at = textStart(bytes, start, end)
  if (at === end) return traceLines.blank
  const known = headOf(indentedHeads, bytes, at, end)
  if (known !== traceLines.other) return known
  if (startsWith(bytes, at, end, atWord) && isCall(bytes, at + atWord.length, end)) return traceLines.frame
  if (startsWith(bytes, at, end, fromWord) && has(bytes, at, end, inWord)) return traceLines.frame
  if (startsWith(bytes, at, end, dotsWord) && isDigit(bytes[at + dotsWord.length])) return traceLines.link
  return traceLines.indented
}

/**
 * What stands behind `at ` in a frame: `com.shop.Cart.add(Cart.java:12)`, `Shop.Cart.Add() in /src/Cart.cs:line 12`,
 * `add (/app/cart.js:3:9)`, `/app/cart.js:3:9`. Not `10:30 the job ran`, nor `the end (at last)`.
 */
function isCall(bytes: Buffer, start: number, end: number): boolean {
  let hasDot = false
  for (let at = start; at < end; at++) {
    const byte = bytes[at]
    if (byte === 0x2e) hasDot = true
    else if (byte === 0x28 && hasDot && isName(bytes[at - 1])) return true
    else if (byte === 0x3a && isDigit(bytes[at + 1]) && at > start && !isDigit(bytes[at - 1])) return true
  }
  return has(bytes, start, end, anonymous)
}

/**
 * `java.lang.IllegalStateException: no cart`, `TypeError: x is not a function`, `Error [ERR_X]: …`; and Ruby's
 * `cart.rb:3:in 'add': no cart (RuntimeError)`.
 */
function exceptionOf(bytes: Buffer, start: number, end: number): TraceLine {
  let at = start
  while (at < end && inName[bytes[at] as number] === 1) at++
  if (at < end && bytes[at] !== 0x3a && !isCode(bytes, at)) return traceLines.other
  if (at - start < shortestClass || isDigit(bytes[start])) return traceLines.other
  if (endsWith(bytes, start, at, rubyWord)) return traceLines.uncaught
  const isHead = has(bytes, start, at, dot) || exceptionWords.some(word => endsWith(bytes, start, at, word))
  return isHead ? traceLines.exception : traceLines.other
}

function endsWith(bytes: Buffer, start: number, end: number, word: Buffer): boolean {
  return end - word.length >= start && startsWith(bytes, end - word.length, end, word)
}

function isCode(bytes: Buffer, at: number): boolean {
  return bytes[at] === space && bytes[at + 1] === 0x5b
}

function isRustHead(bytes: Buffer, start: number, end: number): boolean {
  return startsWith(bytes, start, end, threadWord) && has(bytes, start, end, panickedWord)
}

function isName(byte: number | undefined): boolean {
  if (byte === undefined) return false
  return isLetter(byte) || isDigit(byte) || byte === 0x5f || byte === 0x24 || byte === 0x3e
}

function isLetter(byte: number): boolean {
  const lower = byte | 0x20
  return lower >= 0x61 && lower <= 0x7a
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39
}

function has(bytes: Buffer, start: number, end: number, word: Buffer): boolean {
  return bytes.subarray(start, end).includes(word)
}

type Heads = readonly (readonly [Buffer, TraceLine][] | undefined)[]

function headOf(known: Heads, bytes: Buffer, start: number, end: number): TraceLine {
  const words = known[bytes[start] as number]
  if (words === undefined) return traceLines.other
  for (const [word, line] of words) if (startsWith(bytes, start, end, word)) return line
  return traceLines.other
}

function byFirstByte(words: readonly (readonly [string, TraceLine])[]): Heads {
  const known: [Buffer, TraceLine][][] = []
  for (const [word, line] of words) {
    const bytes = Buffer.from(word)
    const first = bytes[0] as number
    known[first] = [...(known[first] ?? []), [bytes, line]]
  }
  return Array.from({ length: 256 }, (_, byte) => known[byte])
}
