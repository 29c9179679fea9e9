import { QueryError } from './error.ts'

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '"': '"',
  "'": "'",
  '\\': '\\',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
}

/**
 * Reads the string that begins at `start`: in quotes with Go's escapes, or raw in backticks. Source: the Go specification,
 * string literals; LogQL and PromQL have the same. Errors: QUERY_INVALID.
 *
 * @example
 * readStringLiteral('a="\\x78\\n"', 2) // => { value: 'x\n', end: 10 }
 */
export function readStringLiteral(text: string, start: number): { value: string; end: number } {
  const quote = text[start]
  let value = ''
  let at = start + 1
  while (at < text.length && text[at] !== quote) {
    if (quote !== '`' && text[at] === '\\') {
      const escaped = readEscape(text, at)
      value += escaped.value
      at = escaped.end
    } else {
      value += text[at++]
    }
  }
  if (at >= text.length)
    throw new QueryError('the string does not end', text, start, `add a closing ${quote}`)
  return { value, end: at + 1 }
}

function readEscape(text: string, at: number): { value: string; end: number } {
  const coded = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2}))/y
  coded.lastIndex = at
  const found = coded.exec(text)
  const octal = found?.[4]
  const code =
    octal === undefined
      ? Number.parseInt(found?.[1] ?? found?.[2] ?? found?.[3] ?? '', 16)
      : Number.parseInt(octal, 8)
  if (found !== null && code <= 0x10ffff)
    return { value: String.fromCodePoint(code), end: at + found[0].length }
  const simple = escapes[text[at + 1] ?? '']
  if (simple === undefined)
    throw new QueryError(
      `unknown escape \\${text[at + 1] ?? ''}`,
      text,
      at,
      'write \\\\ for a backslash, or use backticks around the string',
    )
  return { value: simple, end: at + 2 }
}
