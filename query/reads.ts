import { type LabelExpression, LabelName, labelsIn, wholeRegex } from '../lib/logql/index.ts'

/** What a condition reads of a row: small columns, single attributes, or enough that other conditions had better go before it. */
export type Reads = 'columns' | 'attributes' | 'line'

const smallColumns: ReadonlySet<string> = new Set(['service', 'host', 'level'])

/**
 * What a condition on labels reads of a row. Values and patterns of attributes that every line must have are looked at first
 * in a form of their own.
 *
 * @example
 * const { stages: [stage] } = parseLogQuery('| status >= 500')
 * readsOf(stage.expression) // => 'attributes'
 */
export function readsOf(expression: LabelExpression): Reads {
  const names = labelsIn(expression).map(label => new LabelName(label))
  if (names.some(({ column }) => column === 'body') || hasOwnForm(expression)) return 'line'
  return names.every(({ column }) => column !== undefined && smallColumns.has(column))
    ? 'columns'
    : 'attributes'
}

function hasOwnForm(expression: LabelExpression): boolean {
  if (expression.kind !== 'text' || smallColumns.has(new LabelName(expression.label).column ?? ''))
    return false
  const { operator, value } = expression
  if (operator === '=') return value !== ''
  return operator === '=~' && wholeRegex(value).requiredTexts().length > 0
}
