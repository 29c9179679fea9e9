import { parseDurationSeconds, QueryError, readStringLiteral } from '../logql/index.ts'

export type TokenKind = 'mark' | 'string' | 'number' | 'duration' | 'field' | 'name' | 'end'

export interface Token {
  kind: TokenKind
  /** The unescaped value of a string, else the text as written. */
  text: string
  at: number
  /** Of a number, or of a duration in nanoseconds. */
  value: number
  /** Of a field of attributes: what stands before its name, as `parent.resource.`; then `text` is the name alone. */
  prefix: string
}

// longest first
const marks =
  '&>> &<< !>> !<< &> &< &~ !> !< && || != !~ =~ >= <= >> << { } ( ) , | = > < ~ + - * / % ^ !'.split(' ')
/** Blanks and comments. Source: Go's text/scanner, which Tempo's lexer is made of. */
const space = /[ \t\r\n]+|\/\*[\s\S]*?\*\/|\/\/[^\n]*/y
const duration = /\d+(?:\.\d+)?(?:ns|us|µs|ms|[smhdwy])(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|[smhdwy]))*(?![\w.])/y
const number = /\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+/y
const prefix = /(?:parent\.)?(?:span|resource|event|link|instrumentation)\.|parent\.|\./y
// Tempo ends a name at spaces, braces, parentheses, comparisons and commas; - + * / may be in it
const attributeName = /[^\s"{}()=~!<>&|^,`]+/y
const name = /[A-Za-z_][A-Za-z0-9_]*(?::[A-Za-z][A-Za-z]*)?/y

/** Splits TraceQL into tokens, ending with one of kind `end`. Errors: QUERY_INVALID. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  for (;;) {
    for (let blank = match(space, text, at); blank !== undefined; blank = match(space, text, at))
      at += blank.length
    if (at >= text.length) break
    const { token, end } = read(text, at)
    tokens.push(token)
    at = end
  }
  tokens.push({ ...plain('end', '', text.length), value: 0 })
  return tokens
}

interface Read {
  token: Token
  end: number
}

function read(text: string, at: number): Read {
  const c = text[at]
  if (c === '"' || c === '`') {
    const { value, end } = readStringLiteral(text, at)
    return { token: plain('string', value, at), end }
  }
  return readNumber(text, at) ?? readField(text, at) ?? readWord(text, at)
}

function readNumber(text: string, at: number): Read | undefined {
  const long = match(duration, text, at)
  if (long !== undefined) {
    const value = Math.round((parseDurationSeconds(long) ?? 0) * 1e9)
    return { token: { ...plain('duration', long, at), value }, end: at + long.length }
  }
  const short = match(number, text, at)
  if (short === undefined) return undefined
  return { token: { ...plain('number', short, at), value: Number(short) }, end: at + short.length }
}

/** `.http.status`, `span."a key"`, `span.ht"tp.me"thod`, `parent.resource.region`. */
function readField(text: string, at: number): Read | undefined {
  const before = match(prefix, text, at)
  if (before === undefined) return undefined
  const { name: found, end } = readAttributeName(text, at + before.length)
  if (found === undefined)
    throw new QueryError(`the name of an attribute is missing after ${before}`, text, end)
  return { token: { ...plain('field', found, at), prefix: before }, end }
}

/** The name of an attribute, of which any part may stand in quotes; undefined where there is none. */
export function readAttributeName(text: string, start: number): { name: string | undefined; end: number } {
  let end = start
  let found: string | undefined
  for (;;) {
    const isQuoted = text[end] === '"'
    const bare = isQuoted ? undefined : match(attributeName, text, end)
    if (!isQuoted && bare === undefined) return { name: found, end }
    const part = isQuoted
      ? readStringLiteral(text, end)
      : { value: bare ?? '', end: end + (bare ?? '').length }
    found = (found ?? '') + part.value
    end = part.end
  }
}

function readWord(text: string, at: number): Read {
  const word = match(name, text, at)
  if (word !== undefined) return { token: plain('name', word, at), end: at + word.length }
  const mark = marks.find(one => text.startsWith(one, at))
  if (mark !== undefined) return { token: plain('mark', mark, at), end: at + mark.length }
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0)
  const hint = character === "'" ? 'strings stand in double quotes or backticks' : undefined
  throw new QueryError(`unexpected character ${character}`, text, at, hint)
}

function plain(kind: TokenKind, text: string, at: number): Token {
  return { kind, text, at, value: 0, prefix: '' }
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}
