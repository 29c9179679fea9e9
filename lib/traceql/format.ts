import type {
  Expression,
  Field,
  MetricsStage,
  Pipeline,
  Scalar,
  SeriesMath,
  SeriesStage,
  SpansetExpression,
  Stage,
  TraceQuery,
} from './ast.ts'

/**
 * The query in one written form; reading it again gives the same query.
 *
 * @example
 * formatTraceQl(parseTraceQl('{.a=1&&name="x"}|count()>2')) // => '{ (.a = 1) && (name = "x") } | count() > 2'
 */
export function formatTraceQl({ pipeline, metrics, series, math, ...hints }: TraceQuery): string {
  const stages = series.map(seriesStage).join('')
  if (math !== undefined) return formatMath(math) + stages + formatHints(hints)
  const made = metrics === undefined ? [] : [formatMetrics(metrics) + stages]
  return [formatPipeline(pipeline), ...made].join(' | ') + formatHints(hints)
}

function formatHints({ windowNs, exemplars }: Pick<TraceQuery, 'windowNs' | 'exemplars'>): string {
  const hints = [
    ...(windowNs === undefined ? [] : [`window=${windowNs}ns`]),
    ...(exemplars === undefined ? [] : [`exemplars=${exemplars}`]),
  ]
  return hints.length === 0 ? '' : ` with (${hints.join(', ')})`
}

function formatMath({ operator, left, right }: SeriesMath): string {
  return `(${formatTraceQl(left)}) ${operator} (${formatTraceQl(right)})`
}

export function formatPipeline({ first, stages }: Pipeline): string {
  return [spansets(first, false), ...stages.map(stage)].join(' | ')
}

function spansets(expression: SpansetExpression, isInner: boolean): string {
  if (expression.kind === 'pipeline') return `(${formatPipeline(expression.pipeline)})`
  if (expression.kind === 'combined') {
    const { operator, left, right } = expression
    const text = `${spansets(left, true)} ${operator} ${spansets(right, true)}`
    return isInner ? `(${text})` : text
  }
  const { condition } = expression
  const isAll = condition.kind === 'literal' && condition.type === 'boolean' && condition.value
  return isAll ? '{}' : `{ ${formatExpression(condition)} }`
}

function stage(one: Stage): string {
  switch (one.kind) {
    case 'spansets':
      return spansets(one.of, false)
    case 'scalar':
      return `${scalar(one.left)} ${one.operator} ${scalar(one.right)}`
    case 'by':
      return `by(${formatExpression(one.of)})`
    case 'coalesce':
      return 'coalesce()'
    case 'select':
      return `select(${one.fields.map(formatField).join(', ')})`
  }
}

function scalar(one: Scalar): string {
  if (one.kind === 'number') return formatNumber(one.value, one.type)
  if (one.kind === 'computed') return `(${scalar(one.left)} ${one.operator} ${scalar(one.right)})`
  return `${one.name}(${one.of === undefined ? '' : formatExpression(one.of)})`
}

export function formatExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'attribute':
    case 'intrinsic':
      return formatField(expression)
    case 'literal':
      return formatLiteral(expression)
    case 'not':
      return `!(${formatExpression(expression.of)})`
    case 'negate':
      return `-(${formatExpression(expression.of)})`
    case 'text':
      return `text(${JSON.stringify(expression.text)})`
    default:
      return `${operand(expression.left)} ${expression.operator} ${operand(expression.right)}`
  }
}

function operand(expression: Expression): string {
  const text = formatExpression(expression)
  return 'operator' in expression ? `(${text})` : text
}

function formatLiteral(literal: Extract<Expression, { kind: 'literal' }>): string {
  if (literal.type === 'nil') return 'nil'
  if (literal.type === 'string') return JSON.stringify(literal.value)
  if (literal.type === 'number' || literal.type === 'duration')
    return formatNumber(literal.value, literal.type)
  return String(literal.value)
}

function formatNumber(value: number, type: 'number' | 'duration'): string {
  return type === 'duration' ? `${BigInt(Math.round(value))}ns` : String(value)
}

/** A field as it is written, quoted where its name needs it. */
export function formatField(field: Field): string {
  if (field.kind === 'intrinsic') return field.name
  const parent = field.ofParent ? 'parent.' : ''
  const scope = field.scope === 'any' ? (field.ofParent ? '' : '.') : `${field.scope}.`
  const isPlain =
    /^[A-Za-z_][A-Za-z0-9_.-]*$/.test(field.name) &&
    !/^(?:span|resource|event|link|instrumentation)\./.test(field.name)
  return `${parent}${scope}${isPlain ? field.name : JSON.stringify(field.name)}`
}

function formatMetrics(metrics: MetricsStage): string {
  if (metrics.kind === 'compare') {
    const { selection, top, startNs, endNs } = metrics
    const times = startNs > 0 ? `, ${startNs}, ${endNs}` : ''
    return `compare(${spansets({ kind: 'spans', condition: selection }, false)}, ${top}${times})`
  }
  const { name, of, quantiles, by } = metrics
  const inside = [...(of === undefined ? [] : [formatExpression(of)]), ...quantiles.map(String)].join(', ')
  return `${name}(${inside})${by.length === 0 ? '' : ` by (${by.map(formatField).join(', ')})`}`
}

function seriesStage(one: SeriesStage): string {
  return one.kind === 'filter' ? ` ${one.operator} ${one.value}` : ` | ${one.kind}(${one.count})`
}
