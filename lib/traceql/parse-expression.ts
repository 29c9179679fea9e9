import { nearest } from '../base/index.ts'
import { checkRegex, numberOf } from '../logql/index.ts'
import type { ArithmeticOperator, AttributeScope, CompareOperator, Expression, Field } from './ast.ts'
import { idLike } from './ids.ts'
import type { Token } from './lexer.ts'
import { intrinsicNames, kindNames, statusNames } from './names.ts'
import { describe, type TokenReader } from './reader.ts'
import { comparisonMode, isOfMany, typeOf } from './types.ts'

/** Binary operators by how strongly they bind. Source: Tempo's grammar, where && and || bind alike. */
const levels: readonly ReadonlySet<string>[] = [
  new Set(['&&', '||']),
  new Set(['=', '!=', '=~', '!~', '>', '>=', '<', '<=']),
  new Set(['+', '-']),
  new Set(['*', '/', '%']),
]
const attributeHint =
  'attributes begin with a scope or a dot, as in span.http.route, resource.region or .region'

/** An expression over the fields of a span, with its types checked. Errors: QUERY_INVALID. */
export function parseExpression(reader: TokenReader, depth = 0): Expression {
  return binary(reader, 0, depth)
}

function binary(reader: TokenReader, level: number, depth: number): Expression {
  const operators = levels[level]
  if (operators === undefined) return power(reader, depth)
  let left = binary(reader, level + 1, depth)
  for (let count = 0; ; count++) {
    const operator = reader.next
    if (operator.kind !== 'mark' || !operators.has(operator.text)) return left
    if (count > 1000) throw reader.error(operator, 'more than 1000 operators in a row')
    reader.take()
    const right = reader.next
    left = joined(reader, operator, left, binary(reader, level + 1, depth), right)
  }
}

function power(reader: TokenReader, depth: number): Expression {
  const left = unary(reader, depth)
  const operator = reader.next
  if (!reader.takeIf('^')) return left
  reader.checkDepth(depth + 1)
  const right = reader.next
  return joined(reader, operator, left, power(reader, depth + 1), right)
}

function unary(reader: TokenReader, depth: number): Expression {
  reader.checkDepth(depth)
  const token = reader.next
  if (reader.takeIf('!')) {
    const of = unary(reader, depth + 1)
    needBoolean(reader, token, of)
    return { kind: 'not', of }
  }
  if (reader.takeIf('-')) {
    const of = unary(reader, depth + 1)
    if (of.kind === 'literal' && (of.type === 'number' || of.type === 'duration'))
      return { ...of, value: -of.value }
    needNumber(reader, token, of)
    return { kind: 'negate', of }
  }
  if (!reader.takeIf('(')) return primary(reader)
  const inner = parseExpression(reader, depth + 1)
  reader.expect(')', 'a parenthesis is not closed')
  return inner
}

function joined(
  reader: TokenReader,
  token: Token,
  left: Expression,
  right: Expression,
  rightToken: Token,
): Expression {
  const operator = token.text
  if (operator === '&&' || operator === '||') {
    needBoolean(reader, token, left)
    needBoolean(reader, token, right)
    return { kind: 'logic', operator, left, right }
  }
  if (!levels[1]?.has(operator)) {
    needNumber(reader, token, left)
    needNumber(reader, token, right)
    return { kind: 'arithmetic', operator: operator as ArithmeticOperator, left, right }
  }
  checkComparison(reader, token, left, right, rightToken)
  const compare = { kind: 'compare', operator: operator as CompareOperator } as const
  if (operator !== '=' && operator !== '!=') return { ...compare, left, right }
  return { ...compare, left: idLike(right, left), right: idLike(left, right) }
}

function checkComparison(
  reader: TokenReader,
  token: Token,
  left: Expression,
  right: Expression,
  rightToken: Token,
): void {
  const types = [typeOf(left), typeOf(right)] as const
  const operator = token.text
  if (operator === '=~' || operator === '!~') {
    if (right.kind !== 'literal' || right.type !== 'string')
      throw reader.error(rightToken, `${operator} needs a regular expression as a text in quotes`)
    checkRegex(right.value, reader.text, rightToken.at)
  }
  const mode = comparisonMode(...types)
  if (mode === undefined)
    throw reader.error(
      token,
      `${types[0]} cannot be compared with ${types[1]}`,
      mismatchHint(types, operator),
    )
  if (isOfMany(left) && isOfMany(right))
    throw reader.error(token, 'fields of events and links cannot be compared with each other')
  const isOrdered = !['=', '!='].includes(operator)
  const unordered = mode === 'nil' || mode === 'boolean' || types.some(t => t === 'status' || t === 'kind')
  if (isOrdered && unordered) throw reader.error(token, `${operator} cannot compare these: use = or !=`)
}

function mismatchHint(types: readonly string[], operator: string): string | undefined {
  if (types.includes('status')) return 'status is error, ok or unset, without quotes'
  if (types.includes('kind')) return 'kind is server, client, internal, producer or consumer, without quotes'
  if (types.includes('number') && types.includes('text'))
    return `write numbers and durations without quotes, as in duration ${operator} 100ms`
  return undefined
}

function needBoolean(reader: TokenReader, token: Token, expression: Expression): void {
  const type = typeOf(expression)
  if (type !== 'boolean' && type !== 'any')
    throw reader.error(token, `${token.text} joins conditions, found a ${type}`, 'compare it with something')
}

function needNumber(reader: TokenReader, token: Token, expression: Expression): void {
  const type = typeOf(expression)
  if (type !== 'number' && type !== 'any')
    throw reader.error(token, `${token.text} computes with numbers, found a ${type}`)
  if (isOfMany(expression))
    throw reader.error(token, 'fields of events and links cannot be computed with: compare them directly')
}

function primary(reader: TokenReader): Expression {
  const token = reader.take()
  switch (token.kind) {
    case 'string':
      return { kind: 'literal', type: 'string', value: token.text }
    case 'number':
    case 'duration':
      return { kind: 'literal', type: token.kind, value: token.value }
    case 'field':
      return attribute(token)
    case 'name':
      return word(reader, token)
    default:
      throw reader.error(token, `found ${describe(token)}, expected a field or a value`)
  }
}

function word(reader: TokenReader, token: Token): Expression {
  const { text } = token
  if (text === 'true' || text === 'false') return { kind: 'literal', type: 'boolean', value: text === 'true' }
  if (text === 'nil') return { kind: 'literal', type: 'nil' }
  if (text === 'minInt' || text === 'maxInt')
    return { kind: 'literal', type: 'number', value: text === 'minInt' ? -(2 ** 63) : 2 ** 63 }
  const name = intrinsicNames.get(text)
  if (name !== undefined) return { kind: 'intrinsic', name }
  if (statusNames.has(text)) return { kind: 'literal', type: 'status', value: text }
  if (kindNames.has(text)) return { kind: 'literal', type: 'kind', value: text }
  throw unknownName(reader, token)
}

function unknownName(reader: TokenReader, token: Token) {
  if (numberOf(token.text) !== undefined) return reader.error(token, `${token.text} is no duration`)
  const like = nearest(token.text, [...intrinsicNames.keys()])
  const hint = like === undefined ? attributeHint : `did you mean ${like}? ${attributeHint}`
  return reader.error(token, `unknown field ${token.text}`, hint)
}

function attribute({ text, prefix }: Token): Field {
  const ofParent = prefix.startsWith('parent.')
  const scope = prefix.replace(/^parent\./, '').replace('.', '')
  return { kind: 'attribute', scope: scope === '' ? 'any' : (scope as AttributeScope), ofParent, name: text }
}

/** One field, as `by` and `select` take them. Errors: QUERY_INVALID. */
export function parseField(reader: TokenReader): Field {
  const token = reader.next
  const expression = primary(reader)
  if (expression.kind === 'attribute' || expression.kind === 'intrinsic') return expression
  throw reader.error(token, `found ${describe(token)}, expected a field`, attributeHint)
}
