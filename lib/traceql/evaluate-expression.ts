import { wholeRegex } from '../logql/index.ts'
import type { ArithmeticOperator, AttributeField, CompareOperator, Expression, IntrinsicName } from './ast.ts'
import type { Span } from './span.ts'
import type { Trace } from './trace.ts'
import { type ComparisonMode, comparisonMode, isOfMany, numberOfText, typeOf } from './types.ts'

/** Undefined is nil: not there. Attributes are texts. */
export type Value = string | number | boolean | undefined
type Evaluate = (span: Span, trace: Trace) => Value
type EvaluateMany = (span: Span, trace: Trace) => Value[]

/** The condition of a set of spans; of fields that are many, one of them is enough. */
export function compileCondition(expression: Expression): (span: Span, trace: Trace) => boolean {
  if (isOfMany(expression)) {
    const many = compileMany(expression)
    return (span, trace) => many(span, trace).some(isTrue)
  }
  const evaluate = compile(expression)
  return (span, trace) => isTrue(evaluate(span, trace))
}

/** A number of a span; undefined where it has none. Of an attribute, its text read as a number. */
export function compileNumber(expression: Expression): (span: Span, trace: Trace) => number | undefined {
  const evaluate = compile(expression)
  return (span, trace) => numberOf(evaluate(span, trace))
}

function numberOf(value: Value): number | undefined {
  if (typeof value === 'string') return numberOfText(value)
  return typeof value === 'number' ? value : undefined
}

function isTrue(value: Value): boolean {
  return value === true || value === 'true'
}

/** Of fields that are many, the first. */
export function compile(expression: Expression): Evaluate {
  switch (expression.kind) {
    case 'literal': {
      const value = expression.type === 'nil' ? undefined : expression.value
      return () => value
    }
    case 'attribute':
    case 'intrinsic': {
      const many = compileMany(expression)
      return (span, trace) => many(span, trace)[0]
    }
    case 'not': {
      const of = compileCondition(expression.of)
      return (span, trace) => !of(span, trace)
    }
    case 'negate': {
      const of = compileNumber(expression.of)
      return (span, trace) => computed('-', 0, of(span, trace))
    }
    case 'arithmetic': {
      const [left, right] = [compileNumber(expression.left), compileNumber(expression.right)]
      return (span, trace) => computed(expression.operator, left(span, trace), right(span, trace))
    }
    case 'logic': {
      const [left, right] = [compileCondition(expression.left), compileCondition(expression.right)]
      return expression.operator === '&&'
        ? (span, trace) => left(span, trace) && right(span, trace)
        : (span, trace) => left(span, trace) || right(span, trace)
    }
    case 'text':
      return holdsText(expression.text)
    case 'compare':
      return compileComparison(expression)
  }
}

export function computed(
  operator: ArithmeticOperator,
  left: number | undefined,
  right: number | undefined,
): number | undefined {
  return left === undefined || right === undefined ? undefined : compute(operator, left, right)
}

function compute(operator: ArithmeticOperator, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      return left / right
    case '%':
      return left % right
    case '^':
      return left ** right
  }
}

function compileComparison(expression: Extract<Expression, { kind: 'compare' }>): Evaluate {
  const { operator, left, right } = expression
  const mode = comparisonMode(typeOf(left), typeOf(right)) ?? 'any'
  const [lefts, rights] = [compileMany(left), compileMany(right)]
  const holds = comparison(mode, operator, right)
  if (mode === 'nil') {
    const isThere = (values: Value[]) => values.some(value => value !== undefined)
    const wanted = operator === '!='
    const [one, other] = isNil(left) ? [rights, isNil(right)] : [lefts, false]
    return (span, trace) => (other ? !wanted : isThere(one(span, trace)) === wanted)
  }
  return (span, trace) => {
    const values = rights(span, trace)
    return lefts(span, trace).some(a => values.some(b => holds(a, b)))
  }
}

function isNil(expression: Expression): boolean {
  return expression.kind === 'literal' && expression.type === 'nil'
}

/** What is not there, and what is of another type, compares with nothing: not even != holds. */
function comparison(
  mode: ComparisonMode,
  operator: CompareOperator,
  right: Expression,
): (a: Value, b: Value) => boolean {
  if (operator === '=~' || operator === '!~') {
    const regex = wholeRegex(right.kind === 'literal' && right.type === 'string' ? right.value : '')
    return a => a !== undefined && regex.test(String(a)) === (operator === '=~')
  }
  if (mode === 'boolean')
    return (a, b) => isBoolean(a) && isBoolean(b) && (isTrue(a) === isTrue(b)) === (operator === '=')
  const isOrdered = operator !== '=' && operator !== '!='
  if (mode === 'number' || (mode === 'any' && isOrdered))
    return (a, b) => {
      const [x, y] = [numberOf(a), numberOf(b)]
      return x !== undefined && y !== undefined && holds(operator, x, y)
    }
  return (a, b) => a !== undefined && b !== undefined && holds(operator, byBytes(String(a), String(b)), 0)
}

function isBoolean(value: Value): boolean {
  return typeof value === 'boolean' || value === 'true' || value === 'false'
}

function byBytes(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b))
}

export function holds(operator: CompareOperator, left: number, right: number): boolean {
  switch (operator) {
    case '=':
      return left === right
    case '!=':
      return left !== right
    case '>':
      return left > right
    case '>=':
      return left >= right
    case '<':
      return left < right
    default:
      return left <= right
  }
}

function compileMany(expression: Expression): EvaluateMany {
  if (expression.kind === 'attribute') return attributeValues(expression)
  if (expression.kind === 'intrinsic') return intrinsics[expression.name]
  const evaluate = compile(expression)
  return (span, trace) => [evaluate(span, trace)]
}

function attributeValues({ scope, ofParent, name }: AttributeField): EvaluateMany {
  const values = (span: Span): Value[] => {
    switch (scope) {
      case 'event':
        return span.events.flatMap(({ attributes }) => own(attributes, name) ?? [])
      case 'link':
        return span.links.flatMap(({ attributes }) => own(attributes, name) ?? [])
      case 'span':
        return [own(span.attributes, name)]
      case 'resource':
        return [resourceValue(span, name)]
      case 'any':
        return [own(span.attributes, name) ?? resourceValue(span, name)]
      case 'instrumentation':
        return [own(span.scopeAttributes, name)]
    }
  }
  if (!ofParent) return values
  return (span, trace) => {
    const parent = trace.parentOf(span)
    return parent === undefined ? [undefined] : values(parent)
  }
}

/** The service's name is a column: an empty one is none. */
function resourceValue({ service, resource }: Span, name: string): string | undefined {
  if (name === 'service.name') return service === '' ? undefined : service
  return own(resource, name)
}

function own(attributes: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(attributes, name) ? attributes[name] : undefined
}

const intrinsics: Readonly<Record<IntrinsicName, EvaluateMany>> = {
  name: ({ name }) => [name],
  status: ({ status }) => [status],
  statusMessage: ({ statusMessage }) => [statusMessage],
  kind: ({ kind }) => [kind],
  duration: ({ durationNs }) => [durationNs],
  childCount: (span, trace) => [trace.childrenOf(span).length],
  'span:id': ({ spanId }) => [spanId],
  'span:parentID': ({ parentSpanId }) => [parentSpanId === '' ? undefined : parentSpanId],
  'trace:id': ({ traceId }) => [traceId],
  traceDuration: (_, { facts }) => [facts.durationNs],
  rootName: (_, { facts }) => [facts.rootName],
  rootServiceName: (_, { facts }) => [facts.rootService],
  nestedSetLeft: (span, trace) => [trace.nestedSetOf(span).left],
  nestedSetRight: (span, trace) => [trace.nestedSetOf(span).right],
  nestedSetParent: (span, trace) => [nestedSetParent(span, trace)],
  'event:name': ({ events }) => events.map(({ name }) => name),
  'event:timeSinceStart': ({ events, startNs }) => events.map(({ timeNs }) => Number(timeNs - startNs)),
  'link:spanID': ({ links }) => links.map(({ spanId }) => spanId),
  'link:traceID': ({ links }) => links.map(({ traceId }) => traceId),
  'instrumentation:name': ({ scopeName }) => [scopeName],
  'instrumentation:version': ({ scopeVersion }) => [scopeVersion],
}

/** -1 marks a root, as Tempo has it; 0 is a parent that is not here. */
function nestedSetParent(span: Span, trace: Trace): number {
  if (span.parentSpanId === '') return -1
  const parent = trace.parentOf(span)
  return parent === undefined ? 0 : trace.nestedSetOf(parent).left
}

function holdsText(sought: string): Evaluate {
  const wanted = lowered(sought)
  return span =>
    [span.name, span.statusMessage, ...Object.values(span.attributes)].some(text =>
      lowered(text).includes(wanted),
    )
}

/** ASCII alone, as the store's `lower` does. */
function lowered(text: string): string {
  return text.replace(/[A-Z]+/g, letters => letters.toLowerCase())
}
