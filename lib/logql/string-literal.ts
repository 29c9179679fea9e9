import { isUtf8 } from 'node:buffer'
import { QueryError } from './error.ts'

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
}
const coded = /\\(?:x([0-9a-fA-F]{2})|([0-3][0-7]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/y
/** Half of what stands for a byte that is no UTF-8: no text that is well-formed has it. */
const strayByte = 0xdc00

/**
 * Reads the string that begins at `start`: in quotes with Go's escapes, or raw in backticks. Source: the Go specification,
 * string literals; LogQL and PromQL have the same. `\x` and octal numbers are bytes of UTF-8; what is none makes a text that is not
 * well-formed. Errors: QUERY_INVALID.
 *
 * @example
 * readStringLiteral('a="\\x78\\n"', 2) // => { value: 'x\n', end: 10 }
 */
export function readStringLiteral(text: string, start: number): { value: string; end: number } {
  const quote = text[start] as string
  let value = ''
  let at = start + 1
  while (at < text.length && text[at] !== quote) {
    if (quote === '`' || text[at] !== '\\') {
      if (quote !== '`' && text[at] === '\n') break
      value += text[at++]
      continue
    }
    const escaped = readBytes(text, at) ?? readEscape(text, at, quote)
    value += escaped.value
    at = escaped.end
  }
  if (text[at] === quote) return { value, end: at + 1 }
  const hint = at < text.length ? 'write \\n for a line break, or use backticks' : `add a closing ${quote}`
  throw new QueryError('the string does not end', text, start, hint)
}

/** Escaped bytes that stand together, as they may make one character. */
function readBytes(text: string, start: number): { value: string; end: number } | undefined {
  const bytes: number[] = []
  let end = start
  for (;;) {
    coded.lastIndex = end
    const [all = '', hexadecimal, octal] = coded.exec(text) ?? []
    if (hexadecimal === undefined && octal === undefined) break
    bytes.push(hexadecimal === undefined ? Number.parseInt(octal ?? '', 8) : Number.parseInt(hexadecimal, 16))
    end += all.length
  }
  return bytes.length === 0 ? undefined : { value: textOfBytes(Buffer.from(bytes)), end }
}

function textOfBytes(bytes: Buffer): string {
  let value = ''
  for (let at = 0; at < bytes.length; ) {
    const length = [1, 2, 3, 4].find(size => isUtf8(bytes.subarray(at, at + size))) ?? 0
    value +=
      length === 0
        ? String.fromCharCode(strayByte + (bytes[at] as number))
        : bytes.toString('utf8', at, at + length)
    at += Math.max(1, length)
  }
  return value
}

function readEscape(text: string, at: number, quote: string): { value: string; end: number } {
  coded.lastIndex = at
  const [all = '', , , short, long] = coded.exec(text) ?? []
  const code = Number.parseInt(short ?? long ?? '', 16)
  if (code <= 0x10ffff && (code < 0xd800 || code > 0xdfff))
    return { value: String.fromCodePoint(code), end: at + all.length }
  const letter = text[at + 1] ?? ''
  const simple = letter === quote ? quote : escapes[letter]
  if (simple !== undefined) return { value: simple, end: at + 2 }
  throw new QueryError(
    `unknown escape \\${letter}`,
    text,
    at,
    'write \\\\ for a backslash, or use backticks around the string',
  )
}
