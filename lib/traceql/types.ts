import type { Expression, IntrinsicName } from './ast.ts'

/** What an expression gives; attributes give a text of which the other side says how it is read. */
export type ValueType = 'text' | 'number' | 'boolean' | 'status' | 'kind' | 'nil' | 'any'

/** How two sides are compared: as texts, as numbers, as truth, by whether they are there, or as two attributes. */
export type ComparisonMode = 'text' | 'number' | 'boolean' | 'nil' | 'any'

export const intrinsicTypes: Readonly<Record<IntrinsicName, ValueType>> = {
  name: 'text',
  status: 'status',
  statusMessage: 'text',
  kind: 'kind',
  duration: 'number',
  childCount: 'number',
  'span:id': 'text',
  'span:parentID': 'text',
  'trace:id': 'text',
  traceDuration: 'number',
  rootName: 'text',
  rootServiceName: 'text',
  nestedSetLeft: 'number',
  nestedSetRight: 'number',
  nestedSetParent: 'number',
  'event:name': 'text',
  'event:timeSinceStart': 'number',
  'link:spanID': 'text',
  'link:traceID': 'text',
  'instrumentation:name': 'text',
  'instrumentation:version': 'text',
}

export function typeOf(expression: Expression): ValueType {
  switch (expression.kind) {
    case 'attribute':
      return 'any'
    case 'intrinsic':
      return intrinsicTypes[expression.name]
    case 'literal':
      if (expression.type === 'string') return 'text'
      return expression.type === 'duration' ? 'number' : expression.type
    case 'arithmetic':
    case 'negate':
      return 'number'
    default:
      return 'boolean'
  }
}

/** Durations among numbers: what series give in seconds. */
export function isDuration(expression: Expression): boolean {
  switch (expression.kind) {
    case 'intrinsic':
      return ['duration', 'traceDuration', 'event:timeSinceStart'].includes(expression.name)
    case 'literal':
      return expression.type === 'duration'
    case 'arithmetic':
      return isDuration(expression.left) || isDuration(expression.right)
    case 'negate':
      return isDuration(expression.of)
    default:
      return false
  }
}

/** A field of a span's events or links, of which it may have many: a comparison holds where one of them makes it so. */
export function isOfMany(expression: Expression): boolean {
  if (expression.kind === 'attribute') return expression.scope === 'event' || expression.scope === 'link'
  return expression.kind === 'intrinsic' && /^(?:event|link):/.test(expression.name)
}

/** Undefined where the two cannot be compared. */
export function comparisonMode(left: ValueType, right: ValueType): ComparisonMode | undefined {
  if (left === 'nil' || right === 'nil') return 'nil'
  if (left !== right && left !== 'any' && right !== 'any') return undefined
  const type = left === 'any' ? right : left
  return type === 'status' || type === 'kind' ? 'text' : type
}

const number = /^-?[0-9]+(?:[.][0-9]+)?(?:[eE][+-]?[0-9]+)?$/

/** The same in RE2, for SQL. */
export const numberPattern = number.source

/** An attribute's text as a number. */
export function numberOfText(text: string): number | undefined {
  return number.test(text) ? Number(text) : undefined
}
