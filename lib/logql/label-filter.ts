import { nearest } from '../base/index.ts'
import type { LabelExpression, MatchOperator, NumberOperator } from './ast.ts'
import type { Token } from './lexer.ts'
import { readIp } from './line-filter.ts'
import { readings } from './pipeline/quantity.ts'
import { checkRegex } from './regex.ts'
import { namedStages } from './stages/index.ts'
import { describe, type LogTokens } from './tokens.ts'
import { parseUnit } from './units.ts'

const matchOperators: ReadonlySet<string> = new Set(['=', '!=', '=~', '!~'])
const compareOperators: ReadonlySet<string> = new Set(['=', '==', '!=', '=~', '!~', '>', '>=', '<', '<='])
const maxDepth = 64

export function isComparison(token: Token): boolean {
  return token.kind === 'punctuation' && compareOperators.has(token.text)
}

export function isMatchOperator(token: Token): boolean {
  return token.kind === 'punctuation' && matchOperators.has(token.text)
}

/** How tightly the joints of conditions bind. */
const binding = { or: 1, and: 2 } as const

/**
 * `status >= 500 and (method = "GET" or took > 1m30s)`. Behind a comma, and where two conditions stand beside each other, all
 * that follows is one condition: `a = 1, b = 2 or c = 3` asks for `a`. Source: Loki pkg/logql/syntax, labelFilter.
 *
 * @param least joints that bind no tighter are left to whoever asked
 */
export function readLabelExpression(tokens: LogTokens, depth = 0, least = 0): LabelExpression {
  let left = readTerm(tokens, depth)
  for (;;) {
    const joint = jointOf(tokens)
    if (joint === undefined) {
      const isNext = tokens.takesMark(',') || startsCondition(tokens)
      return isNext ? { kind: 'and', left, right: readLabelExpression(tokens, depth) } : left
    }
    if (binding[joint] <= least) return left
    tokens.take()
    left = { kind: joint, left, right: readLabelExpression(tokens, depth, binding[joint]) }
  }
}

function jointOf(tokens: LogTokens): 'and' | 'or' | undefined {
  if (tokens.isWord('and')) return 'and'
  return tokens.isWord('or') ? 'or' : undefined
}

function startsCondition(tokens: LogTokens): boolean {
  return tokens.isMark('(') || (tokens.next.kind === 'name' && isComparison(tokens.ahead(1)))
}

function readTerm(tokens: LogTokens, depth: number): LabelExpression {
  if (depth > maxDepth) throw tokens.error('parentheses are nested too deep')
  if (!tokens.takesMark('(')) return readComparison(tokens)
  const inner = readLabelExpression(tokens, depth + 1)
  tokens.expectMark(')', 'a parenthesis is not closed')
  return inner
}

function readComparison(tokens: LogTokens): LabelExpression {
  const start = tokens.next
  const label = tokens.label('a label name')
  const operator = tokens.take()
  if (!isComparison(operator)) throw notAComparison(tokens, start, operator)
  const op = operator.text === '==' ? '=' : operator.text
  const isNumber = tokens.next.kind === 'number' || tokens.isMark('-', '+')
  if (isNumber && !op.endsWith('~'))
    return { kind: 'number', label, operator: op as NumberOperator, ...readQuantity(tokens) }
  if (tokens.isWord('ip') && (op === '=' || op === '!='))
    return { kind: 'ip', label, operator: op, range: readIp(tokens) }
  return { kind: 'text', label, operator: op as MatchOperator, value: readText(tokens, label, op) }
}

function readText(tokens: LogTokens, label: string, operator: string): string {
  const value = tokens.take()
  if (value.kind !== 'string')
    throw tokens.error(
      `found ${describe(value)}, expected a value for ${label}`,
      value,
      'texts stand in double quotes',
    )
  if (!matchOperators.has(operator))
    throw tokens.error(
      `${operator} compares numbers, found a text`,
      value,
      `write ${label} ${operator} 500 without quotes`,
    )
  if (operator.endsWith('~')) checkRegex(value.text, tokens.text, value.at)
  return value.text
}

function readQuantity(tokens: LogTokens): { value: number; written: string } {
  const sign = tokens.takesMark('-') ? '-' : ''
  if (sign === '') tokens.takesMark('+')
  const token = tokens.take()
  const written = sign + token.text
  const value = token.kind === 'number' ? quantityOf(written) : undefined
  if (value === undefined)
    throw tokens.error(
      `${describe(token)} is not a number`,
      token,
      'numbers may end in a unit, as in 250ms, 1m30s or 5MB',
    )
  return { value, written }
}

/** Also what only Loki writes so: `.5`, `0x10`, `5K`. */
function quantityOf(written: string): number | undefined {
  const integer = /^-?0x[\da-f]+$/i.test(written) ? Number(written.replace('-', '')) : undefined
  if (integer !== undefined) return written.startsWith('-') ? -integer : integer
  return parseUnit(written) ?? readings.number.read(written) ?? readings.bytes.read(written)
}

function notAComparison(tokens: LogTokens, start: Token, operator: Token): Error {
  const known = ['service', 'host', 'level', 'unwrap', ...namedStages.keys()]
  const like = nearest(start.text, known)
  const meant = like === undefined || like === start.text ? undefined : `did you mean ${like}?`
  const hint =
    operator.text === '-' ? 'a name with such characters stands in quotes, as in | "user-id" = "x"' : meant
  return tokens.error(
    `found ${describe(operator)}, expected a comparison after ${start.text}`,
    operator,
    hint,
  )
}
