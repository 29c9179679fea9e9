import type {
  AggregateName,
  ArithmeticOperator,
  Expression,
  Field,
  Pipeline,
  Scalar,
  SpansetExpression,
  SpansetOperator,
  Stage,
} from './ast.ts'
import { aggregateNames, stageNames } from './names.ts'
import { parseExpression, parseField } from './parse-expression.ts'
import { describe, type TokenReader } from './reader.ts'
import { typeOf } from './types.ts'

const together: ReadonlySet<string> = new Set(['&&', '||'])
const structural: ReadonlySet<string> = new Set(
  ['>', '>>', '<', '<<', '~'].flatMap(one => [one, `!${one}`, `&${one}`]),
)
const scalarOperators: ReadonlySet<string> = new Set(['=', '!=', '>', '>=', '<', '<='])
const maxStages = 64

/** Sets of spans and what is done with them, up to the end, to a `)`, or to a stage of metrics. Errors: QUERY_INVALID. */
export function parsePipeline(reader: TokenReader, depth = 0): Pipeline {
  // by(…), select(…) and aggregates at the start are of all spans
  const isOfAll = reader.isName('by') || reader.isName('select') || isScalar(reader)
  const first = isOfAll ? allSpans : spansets(reader, depth)
  const stages: Stage[] = isOfAll ? [stage(reader, depth)] : []
  while (reader.isMark('|') && isStage(reader)) {
    if (stages.length === maxStages) throw reader.error(reader.next, `more than ${maxStages} stages`)
    reader.take()
    stages.push(stage(reader, depth))
  }
  return { first, stages }
}

/** False for stages that make series, which stand at the end alone. */
function isStage(reader: TokenReader): boolean {
  const next = reader.ahead(1)
  if (next.kind !== 'name') return true
  return aggregateNames.has(next.text) || stageNames.has(next.text)
}

function spansets(reader: TokenReader, depth: number): SpansetExpression {
  let left = related(reader, depth)
  while (together.has(reader.next.text) && reader.next.kind === 'mark') {
    const operator = reader.take().text as SpansetOperator
    left = { kind: 'combined', operator, left, right: related(reader, depth) }
  }
  return left
}

function related(reader: TokenReader, depth: number): SpansetExpression {
  let left = one(reader, depth)
  for (let operator = relationAt(reader); operator !== undefined; operator = relationAt(reader))
    left = { kind: 'combined', operator, left, right: one(reader, depth) }
  return left
}

function relationAt(reader: TokenReader): SpansetOperator | undefined {
  const token = reader.next
  if (token.kind !== 'mark') return undefined
  if (!structural.has(token.text)) return undefined
  reader.take()
  return token.text as SpansetOperator
}

function one(reader: TokenReader, depth: number): SpansetExpression {
  reader.checkDepth(depth)
  const open = reader.take()
  if (open.kind === 'mark' && open.text === '{') return braces(reader)
  if (open.kind === 'mark' && open.text === '(') {
    const pipeline = parsePipeline(reader, depth + 1)
    reader.expect(')', 'a parenthesis is not closed')
    return pipeline.stages.length === 0 ? pipeline.first : { kind: 'pipeline', pipeline }
  }
  throw reader.error(
    open,
    `found ${describe(open)}, expected a set of spans`,
    'spans stand in braces, as in { span.http.route = "/cart" }',
  )
}

const allSpans: SpansetExpression = {
  kind: 'spans',
  condition: { kind: 'literal', type: 'boolean', value: true },
}

function braces(reader: TokenReader): SpansetExpression {
  if (reader.takeIf('}')) return allSpans
  const at = reader.next
  const condition = parseExpression(reader)
  const type = typeOf(condition)
  if (type !== 'boolean' && type !== 'any')
    throw reader.error(at, `braces hold a condition, found a ${type}`, 'compare it with something')
  reader.expect('}', 'the braces do not end')
  return { kind: 'spans', condition }
}

function stage(reader: TokenReader, depth: number): Stage {
  const token = reader.next
  if (token.kind === 'name' && token.text === 'by') {
    reader.take()
    reader.expect('(')
    const of = ofSpan(reader, 'by')
    reader.expect(')')
    return { kind: 'by', of }
  }
  if (token.kind === 'name' && token.text === 'coalesce') {
    reader.take()
    reader.expect('(')
    reader.expect(')')
    return { kind: 'coalesce' }
  }
  if (token.kind === 'name' && token.text === 'select') {
    reader.take()
    return { kind: 'select', fields: fieldList(reader) }
  }
  return isScalar(reader) ? scalarFilter(reader, depth) : { kind: 'spansets', of: spansets(reader, depth) }
}

/** An expression that looks at a span: a number alone would say the same of all of them. */
function ofSpan(reader: TokenReader, name: string): Expression {
  const at = reader.next
  const of = parseExpression(reader)
  if (looksAtSpan(of)) return of
  throw reader.error(at, `${name} is of a field of spans`, `as in ${name}(duration)`)
}

function looksAtSpan(expression: Expression): boolean {
  if (expression.kind === 'attribute' || expression.kind === 'intrinsic') return true
  if ('of' in expression) return looksAtSpan(expression.of)
  return 'left' in expression && (looksAtSpan(expression.left) || looksAtSpan(expression.right))
}

/** `(a, b, …)`. */
export function fieldList(reader: TokenReader): Field[] {
  reader.expect('(')
  const fields = [parseField(reader)]
  while (reader.takeIf(',')) fields.push(parseField(reader))
  reader.expect(')')
  return fields
}

/** A stage that begins with a number or an aggregate, be it in parentheses. */
function isScalar(reader: TokenReader): boolean {
  let ahead = 0
  while (reader.isMark('(', ahead) || reader.isMark('-', ahead)) ahead++
  const token = reader.ahead(ahead)
  return token.kind === 'number' || token.kind === 'duration' || aggregateNames.has(token.text)
}

function scalarFilter(reader: TokenReader, depth: number): Stage {
  const left = scalar(reader, 0, depth)
  const operator = reader.take()
  if (operator.kind !== 'mark' || !scalarOperators.has(operator.text))
    throw reader.error(
      operator,
      `found ${describe(operator)}, expected a comparison`,
      'an aggregate is compared with a number, as in | count() > 2',
    )
  const right = scalar(reader, 0, depth)
  return { kind: 'scalar', operator: operator.text as '=', left, right }
}

const scalarLevels: readonly ReadonlySet<string>[] = [new Set(['+', '-']), new Set(['*', '/', '%', '^'])]

function scalar(reader: TokenReader, level: number, depth: number): Scalar {
  const operators = scalarLevels[level]
  if (operators === undefined) return scalarTerm(reader, depth)
  let left = scalar(reader, level + 1, depth)
  while (reader.next.kind === 'mark' && operators.has(reader.next.text)) {
    const operator = reader.take().text as ArithmeticOperator
    left = { kind: 'computed', operator, left, right: scalar(reader, level + 1, depth) }
  }
  return left
}

function scalarTerm(reader: TokenReader, depth: number): Scalar {
  reader.checkDepth(depth)
  if (reader.takeIf('(')) {
    const inner = scalar(reader, 0, depth + 1)
    reader.expect(')', 'a parenthesis is not closed')
    return inner
  }
  const isNegative = reader.takeIf('-')
  const token = reader.take()
  if (token.kind === 'number' || token.kind === 'duration')
    return { kind: 'number', type: token.kind, value: isNegative ? -token.value : token.value }
  if (!isNegative && token.kind === 'name' && aggregateNames.has(token.text))
    return aggregate(reader, token.text as AggregateName)
  throw reader.error(token, `found ${describe(token)}, expected a number or an aggregate as count()`)
}

function aggregate(reader: TokenReader, name: AggregateName): Scalar {
  reader.expect('(')
  const at = reader.next
  const of = name === 'count' ? undefined : ofSpan(reader, name)
  if (of !== undefined && !['number', 'any'].includes(typeOf(of)))
    throw reader.error(at, `${name} is of numbers, found a ${typeOf(of)}`)
  reader.expect(')')
  return { kind: 'aggregate', name, of }
}
