import type { LabelExpression } from './ast.ts'

/** Labels that a filter asks about, in the order in which they stand there. */
export function labelsIn(expression: LabelExpression): string[] {
  return 'left' in expression
    ? [...labelsIn(expression.left), ...labelsIn(expression.right)]
    : [expression.label]
}
