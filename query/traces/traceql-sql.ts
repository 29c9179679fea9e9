import { wholeRegex } from '../../lib/logql/index.ts'
import { type CompareOperator, comparisonMode, type Expression, typeOf } from '../../lib/traceql/index.ts'
import { fieldSql, numberOfTextSql, type Operand, type SqlWriter } from './field-sql.ts'

/** A condition over one row of `otel_traces`. Where it is not exact, it holds for more rows than are meant, never for fewer. */
export interface SpanCondition {
  sql: string
  isExact: boolean
}

const maybe: SpanCondition = { sql: '1', isExact: false }
const exactly = (sql: string): SpanCondition => ({ sql, isExact: true })

/** The condition of a set of spans: gives the same answer as `compileCondition` where one row tells it. */
export function conditionSql(expression: Expression, writer: SqlWriter): SpanCondition {
  switch (expression.kind) {
    case 'literal':
      return exactly(expression.type === 'boolean' && expression.value ? '1' : '0')
    case 'attribute':
    case 'intrinsic':
      return truthSql(fieldSql(expression, writer))
    case 'not': {
      const { sql, isExact } = conditionSql(expression.of, writer)
      return isExact ? exactly(`NOT (${sql})`) : maybe
    }
    case 'logic': {
      const [left, right] = [conditionSql(expression.left, writer), conditionSql(expression.right, writer)]
      const operator = expression.operator === '&&' ? 'AND' : 'OR'
      return { sql: `(${left.sql} ${operator} ${right.sql})`, isExact: left.isExact && right.isExact }
    }
    case 'text':
      return exactly(textSql(expression.text, writer))
    case 'compare':
      return comparisonSql(expression, writer)
    default:
      return exactly('0')
  }
}

function truthSql(operand: Operand): SpanCondition {
  if (operand.kind === 'unknown') return maybe
  if (operand.kind === 'text') return exactly(`${operand.sql} = 'true'`)
  return exactly(operand.kind === 'many' ? `has(${operand.sql}, 'true')` : '0')
}

function textSql(text: string, writer: SqlWriter): string {
  const sought = writer.text(text.replace(/[A-Z]+/g, letters => letters.toLowerCase()))
  const holds = (sql: string) => `position(lower(${sql}), ${sought}) > 0`
  return `(${holds('SpanName')} OR ${holds('StatusMessage')} OR arrayExists(v -> ${holds('v')}, mapValues(SpanAttributes)))`
}

type Comparison = Extract<Expression, { kind: 'compare' }>

function comparisonSql(comparison: Comparison, writer: SqlWriter): SpanCondition {
  const { operator, left, right } = comparison
  const mode = comparisonMode(typeOf(left), typeOf(right)) ?? 'any'
  if (mode === 'nil') return nilSql(comparison, writer)
  if (mode === 'boolean') return booleanSql(comparison, writer)
  const [a, b] = [operandOf(left, writer), operandOf(right, writer)]
  if (a.kind === 'nestedParent' || b.kind === 'nestedParent') return nestedSql(a, operator, right)
  if (a.kind === 'unknown' || b.kind === 'unknown') return maybe
  const isOrdered = !['=', '!=', '=~', '!~'].includes(operator)
  const isNumeric = mode === 'number' || (mode === 'any' && isOrdered)
  const one = (x: Operand, y: Operand): string => {
    if (operator === '=~' || operator === '!~') return matchSql(x, operator, right, writer)
    return isNumeric
      ? `ifNull(${numberSql(x)} ${operator} ${numberSql(y)}, 0)`
      : textComparison(x, operator, y, right)
  }
  if (a.kind === 'many') return exactly(`arrayExists(x -> ${one(element(a), b)}, ${a.sql})`)
  if (b.kind === 'many') return exactly(`arrayExists(x -> ${one(a, element(b))}, ${b.sql})`)
  return exactly(`(${one(a, b)})`)
}

function element({ of }: Extract<Operand, { kind: 'many' }>): Operand {
  return of === 'number' ? { kind: 'number', sql: 'x' } : { kind: 'text', sql: 'x', there: undefined }
}

/** A missing text is '', so where it is asked for another text, whether it is there need not be asked. */
function textComparison(a: Operand, operator: CompareOperator, b: Operand, right: Expression): string {
  if (a.kind !== 'text' || b.kind !== 'text') return '0'
  const isGiven = right.kind === 'literal' && right.type === 'string' && right.value !== ''
  const there = operator === '=' && isGiven ? [] : [a.there, b.there].filter(one => one !== undefined)
  return [...there, `${a.sql} ${operator} ${b.sql}`].join(' AND ')
}

function matchSql(a: Operand, operator: '=~' | '!~', right: Expression, writer: SqlWriter): string {
  if (a.kind !== 'text') return '0'
  const pattern = right.kind === 'literal' && right.type === 'string' ? right.value : ''
  const match = `match(${a.sql}, ${writer.text(wholeRegex(pattern).forClickHouse())})`
  return [...(a.there === undefined ? [] : [a.there]), operator === '=~' ? match : `NOT ${match}`].join(
    ' AND ',
  )
}

function nilSql({ operator, left, right }: Comparison, writer: SqlWriter): SpanCondition {
  const isNil = (e: Expression) => e.kind === 'literal' && e.type === 'nil'
  const wanted = operator === '!='
  if (isNil(left) && isNil(right)) return exactly(wanted ? '0' : '1')
  const operand = operandOf(isNil(left) ? right : left, writer)
  if (operand.kind === 'unknown') return maybe
  const there = thereSql(operand)
  return exactly(wanted ? `(${there})` : `NOT (${there})`)
}

function thereSql(operand: Exclude<Operand, { kind: 'unknown' }>): string {
  switch (operand.kind) {
    case 'text':
      return operand.there ?? '1'
    case 'many':
      return `notEmpty(${operand.sql})`
    case 'number':
      return `isNotNull(${operand.sql})`
    case 'nestedParent':
      return '1'
  }
}

/** What is neither true nor false compares with nothing. */
function booleanSql({ operator, left, right }: Comparison, writer: SqlWriter): SpanCondition {
  const sides = [left, right].map(side => booleanSide(side, writer))
  if (sides.some(({ truth }) => !truth.isExact)) return maybe
  const [a, b] = sides.map(({ truth }) => `(${truth.sql})`)
  return exactly(`(${[...sides.map(({ is }) => is), `${a} ${operator} ${b}`].join(' AND ')})`)
}

function booleanSide(side: Expression, writer: SqlWriter): { truth: SpanCondition; is: string } {
  if (side.kind !== 'attribute') return { truth: conditionSql(side, writer), is: '1' }
  const operand = fieldSql(side, writer)
  // of events and links each would have to be looked at by itself
  if (operand.kind !== 'text') return { truth: maybe, is: '1' }
  return { truth: truthSql(operand), is: `${operand.sql} IN ('true', 'false')` }
}

/** Of the numbers of Tempo's nested sets a row tells one: -1 for the parent of a root, where all others are not negative. */
function nestedSql(a: Operand, operator: CompareOperator, right: Expression): SpanCondition {
  if (a.kind !== 'nestedParent' || right.kind !== 'literal' || right.type !== 'number') return maybe
  const form = `${operator} ${right.value}`
  if (['< 0', '<= -1', '= -1'].includes(form)) return exactly(`ParentSpanId = ''`)
  return ['>= 0', '> -1', '!= -1'].includes(form) ? exactly(`ParentSpanId != ''`) : maybe
}

function operandOf(expression: Expression, writer: SqlWriter): Operand {
  switch (expression.kind) {
    case 'attribute':
    case 'intrinsic':
      return fieldSql(expression, writer)
    case 'literal':
      if (expression.type === 'number' || expression.type === 'duration')
        return { kind: 'number', sql: writer.number(expression.value) }
      if (expression.type === 'nil' || expression.type === 'boolean') return { kind: 'unknown' }
      return { kind: 'text', sql: writer.text(String(expression.value)), there: undefined }
    case 'negate':
      return computedSql('-', { kind: 'number', sql: '0' }, operandOf(expression.of, writer))
    case 'arithmetic':
      return computedSql(
        expression.operator,
        operandOf(expression.left, writer),
        operandOf(expression.right, writer),
      )
    default:
      return { kind: 'unknown' }
  }
}

/** In doubles, as JavaScript computes: no wrapping around, and a division by 0 is no error. */
function computedSql(operator: string, left: Operand, right: Operand): Operand {
  const isKnown = (one: Operand) => one.kind === 'text' || one.kind === 'number'
  if (!isKnown(left) || !isKnown(right)) return { kind: 'unknown' }
  const [a, b] = [`toFloat64(${numberSql(left)})`, `toFloat64(${numberSql(right)})`]
  return { kind: 'number', sql: operator === '^' ? `pow(${a}, ${b})` : `(${a} ${operator} ${b})` }
}

function numberSql(operand: Operand): string {
  if (operand.kind === 'number') return operand.sql
  return operand.kind === 'text' ? numberOfTextSql(operand.sql) : 'NULL'
}

/** A number of a span as Nullable(Float64); undefined where one row does not tell. */
export function measureSql(expression: Expression, writer: SqlWriter): string | undefined {
  const operand = operandOf(expression, writer)
  if (operand.kind === 'many') {
    const first = `if(empty(${operand.sql}), NULL, toNullable(${operand.sql}[1]))`
    return operand.of === 'number' ? first : numberOfTextSql(`ifNull(${first}, '')`)
  }
  if (operand.kind === 'unknown' || operand.kind === 'nestedParent') return undefined
  return `toNullable(toFloat64(${numberSql(operand)}))`
}
