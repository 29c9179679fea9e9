import type { LineOperator, Stage } from './ast.ts'
import { ipRangeProblem } from './ip.ts'
import { checkRegex } from './regex.ts'
import { LinePattern } from './stages/line-pattern.ts'
import type { LogTokens } from './tokens.ts'

/** `|= "a" or "b"`, `!~ "x"`, `|> "<_> took <_>"`, `|= ip("10.0.0.0/8")`. Source: LogQL, line filter expression. */
export function readLineFilter(tokens: LogTokens): Stage {
  const operator = tokens.take().text
  if (operator === '|>' || operator === '!>') return readPatterns(tokens, operator)
  const values: string[] = []
  const ranges: string[] = []
  do {
    const isRange = tokens.isWord('ip') && tokens.ahead(1).text === '('
    if (isRange) ranges.push(readRange(tokens, operator))
    else values.push(readText(tokens, operator))
  } while (tokens.takesWord('or'))
  if (ranges.length > 0) return { kind: 'line-ip', operator: operator as '|=' | '!=', ranges, values }
  return { kind: 'line', operator: operator as LineOperator, values }
}

function readText(tokens: LogTokens, operator: string): string {
  const value = tokens.string('a string to look for')
  if (operator.endsWith('~')) checkRegex(value.text, tokens.text, value.at)
  return value.text
}

function readRange(tokens: LogTokens, operator: string): string {
  if (operator.endsWith('~'))
    throw tokens.error('ip() is looked for with |= and !=', tokens.next, 'write |= ip("10.0.0.0/8")')
  return readIp(tokens)
}

/** `ip("10.0.0.0/8")`. */
export function readIp(tokens: LogTokens): string {
  tokens.take()
  tokens.expectMark('(', 'write ip("10.0.0.0/8")')
  const range = tokens.string('a range of addresses')
  const problem = ipRangeProblem(range.text)
  if (problem !== undefined)
    throw tokens.error(problem, range, 'write it as in 10.0.0.1, 10.0.0.0/8 or 10.0.0.1-10.0.0.9')
  tokens.expectMark(')', 'a parenthesis is not closed')
  return range.text
}

function readPatterns(tokens: LogTokens, operator: '|>' | '!>'): Stage {
  const values: string[] = []
  do {
    const value = tokens.string('a pattern to look for')
    const problem = new LinePattern(value.text).filterProblem()
    if (problem !== undefined) throw tokens.error(`not a pattern: ${problem}`, value)
    values.push(value.text)
  } while (tokens.takesWord('or'))
  return { kind: 'line-pattern', operator, values }
}
