import { goQuoted } from '../base/index.ts'
import type { LabelExpression, LabelFilter, LogQuery, Matcher, Stage, Unwrap } from './ast.ts'
import { filled } from './format-parts.ts'
import { quantityText } from './quantity-text.ts'
import { kindOf } from './stages/index.ts'

const quoted = goQuoted

/** `{app="a", host=~"h.+"}`. */
export function formatSelector(matchers: readonly Matcher[]): string {
  return `{${matchers.map(({ label, operator, value }) => `${name(label)}${operator}${quoted(value)}`).join(', ')}}`
}

/** A stage as it stands in a query, with its `|`. Plain words have no form in LogQL. */
export function formatStage(stage: Stage): string {
  switch (stage.kind) {
    case 'line':
    case 'line-pattern':
    case 'line-ip':
      return formatLineFilter(stage).join(' ')
    case 'label':
      return formatLabelFilter(stage)
    case 'words':
      return stage.words.join(' ')
    case 'any':
      return stage.of.map(formatStage).join(' OR ')
    case 'not':
      return `NOT ${formatStage(stage.of)}`
    default:
      return kindOf(stage)?.format(stage) ?? ''
  }
}

type AnyLineFilter = Extract<Stage, { kind: 'line' | 'line-pattern' | 'line-ip' }>

/** Of several texts that are not to be there each has a filter, as in Loki. Source: Loki pkg/logql/syntax, newOrLineFilterExpr. */
function formatLineFilter(stage: AnyLineFilter): string[] {
  const { operator } = stage
  const ranges = stage.kind === 'line-ip' ? stage.ranges.map(range => `ip(${quoted(range)})`) : []
  const values = [...ranges, ...stage.values.map(value => quoted(value))]
  return operator.startsWith('|')
    ? [`${operator} ${values.join(' or ')}`]
    : values.map(value => `${operator} ${value}`)
}

export function formatLabelFilter({ expression }: LabelFilter): string {
  return `| ${formatExpression(expression)}`
}

function formatExpression(expression: LabelExpression): string {
  switch (expression.kind) {
    case 'text':
      return `${name(expression.label)}${expression.operator}${quoted(expression.value)}`
    case 'number':
      return `${name(expression.label)}${expression.operator === '=' ? '==' : expression.operator}${quantityText(expression.written, expression.value)}`
    case 'ip':
      return `${name(expression.label)}${expression.operator}ip(${quoted(expression.range)})`
    default: {
      const joint = expression.kind === 'and' ? ',' : 'or'
      return `( ${formatExpression(expression.left)} ${joint} ${formatExpression(expression.right)} )`
    }
  }
}

/** Its parts, each of which may stand on a line of its own. */
export function formatUnwrap({ label, conversion, after }: Unwrap): string[] {
  const unwrapped = conversion === 'none' ? name(label) : `${conversion}(${name(label)})`
  return [`| unwrap ${unwrapped}`, ...after.map(formatLabelFilter)]
}

/** The selector and then the stages; line filters beside each other share a line as long as they fit. */
export function partsOfQuery({ matchers, stages }: LogQuery): string[] {
  const parts = [formatSelector(matchers)]
  let filters: string[] = []
  for (const stage of stages)
    if (isLineFilter(stage)) filters.push(...formatLineFilter(stage))
    else {
      parts.push(...filled(filters), formatStage(stage))
      filters = []
    }
  return [...parts, ...filled(filters)]
}

function isLineFilter(stage: Stage): stage is AnyLineFilter {
  return stage.kind === 'line' || stage.kind === 'line-pattern' || stage.kind === 'line-ip'
}

function name(label: string): string {
  return /^[A-Za-z_:][\w:.]*$/.test(label) ? label : quoted(label)
}
