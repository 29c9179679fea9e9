import type { Expression, ValueType } from './ast.ts'

/** What an expression gives. */
export function typeOf(expression: Expression): ValueType {
  switch (expression.kind) {
    case 'number':
      return 'scalar'
    case 'text':
      return 'string'
    case 'selector':
      return expression.range === undefined ? 'vector' : 'matrix'
    case 'subquery':
      return 'matrix'
    case 'aggregation':
      return 'vector'
    case 'call':
      return expression.returns
    case 'sign':
    case 'paren':
      return typeOf(expression.of)
    case 'binary':
      return typeOf(expression.left) === 'scalar' && typeOf(expression.right) === 'scalar'
        ? 'scalar'
        : 'vector'
  }
}
