import { codeOf, messageOf } from '../../lib/base/index.ts'
import { QueryError, wholeRegex } from '../../lib/logql/index.ts'
import type { Expression } from '../promql/ast.ts'
import { partsOf } from './parts.ts'

/**
 * Refuses what PromQL reads around ranges of lines and LogQL does not: durations as numbers, texts, parameters of topk and
 * bottomk that are no whole number above 0, patterns of label_replace that are none. Source: Loki pkg/logql/syntax.
 * Errors: QUERY_INVALID.
 */
export function refuseOtherPromQl(expression: Expression, promql: string): void {
  const refuse = (at: Expression, message: string, hint: string) =>
    new QueryError(message, promql, at.from, hint)
  if (expression.kind === 'text')
    throw refuse(expression, 'a text is no metric', 'write lines as in {service="web"} |= "timeout"')
  if (expression.kind === 'number' && expression.isDuration)
    throw refuse(expression, 'a duration is no number here', 'write it in seconds, as in 90')
  if (expression.kind === 'aggregation') checkParameter(expression, refuse)
  if (expression.kind === 'call' && expression.name === 'label_replace') checkPattern(expression, refuse)
  for (const part of partsOf(expression)) if (part.kind !== 'text') refuseOtherPromQl(part, promql)
}

type Refuse = (at: Expression, message: string, hint: string) => QueryError

function checkParameter(
  { operator, parameter }: Extract<Expression, { kind: 'aggregation' }>,
  refuse: Refuse,
): void {
  if (parameter === undefined || (operator !== 'topk' && operator !== 'bottomk')) return
  const isCount = parameter.kind === 'number' && Number.isInteger(parameter.value) && parameter.value > 0
  if (!isCount)
    throw refuse(
      parameter,
      `invalid parameter of ${operator} (must be greater than 0)`,
      `a whole number, as in ${operator}(5, …)`,
    )
}

function checkPattern({ arguments: given }: Extract<Expression, { kind: 'call' }>, refuse: Refuse): void {
  const pattern = given.at(-1)
  if (pattern?.kind !== 'text') return
  try {
    wholeRegex(pattern.value)
  } catch (error) {
    if (codeOf(error) !== 'RE2_SYNTAX') throw error
    throw refuse(pattern, `invalid regex in label_replace: ${messageOf(error)}`, 'patterns are those of RE2')
  }
}
