import { QueryError } from './error.ts'
import { readStringLiteral } from './string-literal.ts'
import { hintForVariable } from './unfilled-variable.ts'

export type TokenKind = 'punctuation' | 'string' | 'number' | 'name' | 'end'

export interface Token {
  kind: TokenKind
  /** The unescaped value of a string, else the text as written. */
  text: string
  at: number
  /** Behind its last character. */
  end: number
}

// longest first, so that `!=` is not read as `!` and `=`
const punctuation = [
  '|>',
  '!>',
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
  '[',
  ']',
  '+',
  '-',
  '*',
  '/',
  '%',
  '^',
]
/** Blanks and comments: `#` and `//` up to the end of the line. Source: Loki's lexer, Go's text/scanner. */
const space = /[ \t\r\n]*(?:(?:#|\/\/)[^\n]*\n?[ \t\r\n]*)*/y
// a label name; dots are allowed beyond Loki's grammar, since OpenTelemetry's attribute names have them
const name = /[A-Za-z_:][A-Za-z0-9_:.]*/y
const number = /(?:0x[\da-fA-F]+|\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?[A-Za-zµ]*(?:\d+(?:\.\d+)?[A-Za-zµ]+)*/y

/** Splits LogQL into tokens, ending with one of kind `end`. Errors: QUERY_INVALID. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  for (;;) {
    at = matchAt(space, text, at)?.end ?? at
    if (at >= text.length) break
    const token = readToken(text, at)
    tokens.push(token)
    at = token.end
  }
  tokens.push({ kind: 'end', text: '', at: text.length, end: text.length })
  return tokens
}

function readToken(text: string, at: number): Token {
  const c = text[at] as string
  if (c === '"' || c === '`') return readString(text, at)
  const mark = punctuation.find(p => text.startsWith(p, at))
  if (mark !== undefined) return { kind: 'punctuation', text: mark, at, end: at + mark.length }
  for (const [kind, pattern] of [
    ['name', name],
    ['number', number],
  ] as const) {
    const found = matchAt(pattern, text, at)
    if (found !== undefined) return { kind, text: found.text, at, end: found.end }
  }
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0)
  throw new QueryError(
    `unexpected character ${character}`,
    text,
    at,
    hintForVariable(text, at) ?? hintFor(character),
  )
}

function hintFor(character: string): string | undefined {
  if (character === "'") return 'strings stand in double quotes or backticks'
  return /[-@/$\p{L}]/u.test(character)
    ? 'a name with such characters stands in quotes, as in | "user-id" = "x"'
    : undefined
}

function matchAt(pattern: RegExp, text: string, at: number): { text: string; end: number } | undefined {
  pattern.lastIndex = at
  const found = pattern.exec(text)
  return found === null ? undefined : { text: found[0], end: at + found[0].length }
}

function readString(text: string, start: number): Token {
  const { value, end } = readStringLiteral(text, start)
  return { kind: 'string', text: value, at: start, end }
}
