import type { Expression } from '../promql/ast.ts'

/** The expressions that one is made of. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'binary':
      return [expression.left, expression.right]
    case 'call':
      return expression.arguments
    case 'aggregation':
    case 'sign':
    case 'paren':
    case 'subquery':
      return [expression.of]
    default:
      return []
  }
}
