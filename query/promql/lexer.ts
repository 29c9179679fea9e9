import { hintForVariable, QueryError, readStringLiteral } from '../../lib/logql/index.ts'
import { durationMsOf } from './duration-text.ts'

export interface Token {
  kind: 'name' | 'number' | 'duration' | 'string' | 'sign' | 'end'
  /** As written; of a string its value. */
  text: string
  from: number
  to: number
}

const blank = /(?:\s|#[^\n]*)*/y
/**
 * Names of metrics may have colons; where a range may follow, a colon is its own sign. Letters of every script and dots are taken without
 * quotes, as Prometheus does behind a flag. Source: Prometheus querying/basics, metric and label names.
 */
const metricName = /[\p{L}_:][\p{L}\d_:.]*/uy
const plainName = /[\p{L}_][\p{L}\d_.]*/uy
const durationText = /\d+(?:ms|[smhdwy])(?:\d+(?:ms|[smhdwy]))*(?![\p{L}\p{N}_])/uy
const numberText =
  /(?:0[xX]_?[\da-fA-F]+(?:_[\da-fA-F]+)*|(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?)(?![\p{L}\p{N}_.])/uy
const signs = ['==', '!=', '</', '>/', '>=', '<=', '=~', '!~', ...'+-*/%^<>=(){}[],:@']

/**
 * The tokens of a query; blanks and comments are passed over. Errors: QUERY_INVALID where something is none.
 *
 * @example
 * tokensOf('up[5m]').map(token => token.text) // => ['up', '[', '5m', ']', '']
 */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  const open = { '[': 0, '{': 0 }
  let at = 0
  for (;;) {
    at += matchAt(blank, text, at)?.length ?? 0
    if (at >= text.length) break
    const token = tokenAt(text, at, open['['] > 0, open['{'] > 0)
    if (token.kind === 'sign') countOpen(open, token.text)
    tokens.push(token)
    at = token.to
  }
  tokens.push({ kind: 'end', text: '', from: text.length, to: text.length })
  return tokens
}

function countOpen(open: { '[': number; '{': number }, sign: string): void {
  if (sign === '[' || sign === '{') open[sign]++
  if (sign === ']') open['[']--
  if (sign === '}') open['{']--
}

function tokenAt(text: string, at: number, inBrackets: boolean, inBraces: boolean): Token {
  const letter = text[at] as string
  if (letter === '"' || letter === "'" || letter === '`') {
    const { value, end } = readStringLiteral(text, at)
    return { kind: 'string', text: value, from: at, to: end }
  }
  const duration = matchAt(durationText, text, at)
  if (duration !== undefined) return token('duration', checkedDuration(duration, text, at), at)
  const number = matchAt(numberText, text, at)
  if (number !== undefined) return token('number', checkedNumber(number, text, at), at)
  const name = matchAt(inBrackets || inBraces ? plainName : metricName, text, at)
  if (name !== undefined) return token(isNamedNumber(name) && !inBraces ? 'number' : 'name', name, at)
  const sign = signs.find(one => text.startsWith(one, at))
  if (sign !== undefined) return token('sign', sign, at)
  const found = text.slice(at, at + 20).split(/\s/)[0]
  throw new QueryError(`unexpected ${found}`, text, at, hintForVariable(text, at))
}

/** Errors: QUERY_INVALID where units come twice or the smaller first. */
function checkedDuration(duration: string, text: string, at: number): string {
  if (durationMsOf(duration) !== undefined) return duration
  throw new QueryError(
    `${duration} is no duration`,
    text,
    at,
    'each unit once, the larger first, as in 1h30m',
  )
}

/** Errors: QUERY_INVALID where it is more than a float holds: Inf is written so. */
function checkedNumber(number: string, text: string, at: number): string {
  if (Number.isFinite(Number(number.replaceAll('_', '')))) return number
  throw new QueryError(
    `the number ${number.slice(0, 40)} is out of range`,
    text,
    at,
    'the largest is 1.797e308',
  )
}

function token(kind: Token['kind'], text: string, from: number): Token {
  return { kind, text, from, to: from + text.length }
}

function isNamedNumber(name: string): boolean {
  return /^(inf|nan)$/i.test(name)
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}
