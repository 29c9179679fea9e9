import { QueryError } from './error.ts'

export type TokenKind = 'punctuation' | 'string' | 'number' | 'name' | 'end'

export interface Token {
  kind: TokenKind
  /** The unescaped value of a string, else the text as written. */
  text: string
  at: number
}

// longest first, so that `!=` is not read as `!` and `=`
const punctuation = [
  '|=',
  '|~',
  '!=',
  '!~',
  '=~',
  '==',
  '>=',
  '<=',
  '{',
  '}',
  '(',
  ')',
  ',',
  '|',
  '=',
  '>',
  '<',
]
const space = /[ \t\r\n]*(?:#[^\n]*\n?[ \t\r\n]*)*/y
// a label name; dots are allowed beyond Loki's grammar, since OpenTelemetry's attribute names have them
const name = /[A-Za-z_:][A-Za-z0-9_:.]*/y
const number = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?[A-Za-zµ]*(?:\d+(?:\.\d+)?[A-Za-zµ]+)*/y

/** Splits LogQL into tokens, ending with one of kind `end`. Errors: QUERY_INVALID. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  for (;;) {
    at = matchAt(space, text, at)?.end ?? at
    if (at >= text.length) break
    const token = readToken(text, at)
    tokens.push(token.token)
    at = token.end
  }
  tokens.push({ kind: 'end', text: '', at: text.length })
  return tokens
}

function readToken(text: string, at: number): { token: Token; end: number } {
  const c = text[at] as string
  if (c === '"' || c === '`') return readString(text, at)
  const mark = punctuation.find(p => text.startsWith(p, at))
  if (mark !== undefined) return { token: { kind: 'punctuation', text: mark, at }, end: at + mark.length }
  for (const [kind, pattern] of [
    ['name', name],
    ['number', number],
  ] as const) {
    const found = matchAt(pattern, text, at)
    if (found !== undefined) return { token: { kind, text: found.text, at }, end: found.end }
  }
  const hint = c === "'" ? 'strings stand in double quotes or backticks' : undefined
  throw new QueryError(`unexpected character ${c}`, text, at, hint)
}

function matchAt(pattern: RegExp, text: string, at: number): { text: string; end: number } | undefined {
  pattern.lastIndex = at
  const found = pattern.exec(text)
  return found === null ? undefined : { text: found[0], end: at + found[0].length }
}

const escapes: Record<string, string> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '"': '"',
  '\\': '\\',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
}

/** A double-quoted string with Go's escapes, or a raw one in backticks. */
function readString(text: string, start: number): { token: Token; end: number } {
  const quote = text[start]
  let value = ''
  let at = start + 1
  while (at < text.length && text[at] !== quote) {
    if (quote === '"' && text[at] === '\\') {
      const escaped = readEscape(text, at)
      value += escaped.value
      at = escaped.end
    } else {
      value += text[at++]
    }
  }
  if (at >= text.length)
    throw new QueryError('the string does not end', text, start, `add a closing ${quote}`)
  return { token: { kind: 'string', text: value, at: start }, end: at + 1 }
}

function readEscape(text: string, at: number): { value: string; end: number } {
  const hex = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/y
  hex.lastIndex = at
  const found = hex.exec(text)
  const code = Number.parseInt(found?.[1] ?? found?.[2] ?? found?.[3] ?? '', 16)
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
