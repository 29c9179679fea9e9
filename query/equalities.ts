import { type LabelExpression, LabelName, type LogQuery, pushable } from '../lib/logql/index.ts'

/**
 * What attributes equal in every line that a query finds: names, as they are asked for, with values that are not empty.
 *
 * @example
 * equalities(parseLogQuery('{service="web"} | user_id="7" and status!="200"')) // => [['user_id', '7']]
 */
export function equalities(query: LogQuery): [label: string, value: string][] {
  return equalValues(query).filter(([label]) => new LabelName(label).column === undefined)
}

/** The same, columns of their own included. */
export function equalValues(query: LogQuery): [label: string, value: string][] {
  const { matchers, stages } = pushable(query, false)
  const found: [string, string][] = [
    ...matchers.filter(({ operator }) => operator === '=').map(m => [m.label, m.value] as [string, string]),
    ...stages.flatMap(stage => (stage.kind === 'label' ? inAll(stage.expression) : [])),
  ]
  return found.filter(([, value]) => value !== '')
}

function inAll(expression: LabelExpression): [string, string][] {
  if (expression.kind === 'and') return [...inAll(expression.left), ...inAll(expression.right)]
  return expression.kind === 'text' && expression.operator === '='
    ? [[expression.label, expression.value]]
    : []
}
