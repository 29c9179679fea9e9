import {
  type LabelExpression,
  LabelName,
  type LogQuery,
  type MatchOperator,
  pushable,
} from '../lib/logql/index.ts'

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
  return conditionsWith('=', query).filter(([, value]) => value !== '')
}

/** The patterns that labels match in every line that a query finds. */
export function matchedPatterns(query: LogQuery): [label: string, pattern: string][] {
  return conditionsWith('=~', query)
}

function conditionsWith(wanted: MatchOperator, query: LogQuery): [label: string, value: string][] {
  const { matchers, stages } = pushable(query, false)
  return [
    ...matchers
      .filter(({ operator }) => operator === wanted)
      .map(m => [m.label, m.value] as [string, string]),
    ...stages.flatMap(stage => (stage.kind === 'label' ? inAll(wanted, stage.expression) : [])),
  ]
}

function inAll(wanted: MatchOperator, expression: LabelExpression): [string, string][] {
  if (expression.kind === 'and')
    return [...inAll(wanted, expression.left), ...inAll(wanted, expression.right)]
  return expression.kind === 'text' && expression.operator === wanted
    ? [[expression.label, expression.value]]
    : []
}
