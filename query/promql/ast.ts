import { type MatchOperator, wholeRegex } from '../../lib/logql/index.ts'

/** Where a node stands in the text: `from` included, `to` excluded. */
export interface Place {
  from: number
  to: number
}

export interface LabelMatch {
  name: string
  operator: MatchOperator
  value: string
}

/** Whether the value of a label is what is asked for; '' where there is none. */
export function matchTakes({ operator, value }: LabelMatch, text: string): boolean {
  if (operator === '=' || operator === '!=') return (text === value) === (operator === '=')
  return wholeRegex(value).test(text) === (operator === '=~')
}

/** `@ 1609746000`, in milliseconds, `@ start()`, `@ end()`: evaluated there at every step. */
export type Moment = number | 'start' | 'end'

/** A duration, or an expression of durations: `5m`, `5m * 2`, `-step()`, `max_of(1m, range() / 2)`. */
export type Duration =
  | { kind: 'number'; seconds: number; isDuration: boolean }
  | { kind: 'step' | 'range' }
  | { kind: 'negative'; of: Duration }
  | { kind: 'paren'; of: Duration }
  | { kind: 'max_of' | 'min_of'; left: Duration; right: Duration }
  | { kind: 'operation'; operator: string; left: Duration; right: Duration }

/** What an expression of time says, as it was written, and what that is. */
export interface Span {
  ms: number
  written: Duration
}

/**
 * How samples at the edges of a range are made: `anchored` takes the last one before it, `smoothed` interpolates.
 * Source: Prometheus querying/basics, extended range selectors.
 */
export type Extension = 'anchored' | 'smoothed'

export interface Selector extends Place {
  kind: 'selector'
  /** As it stands before the braces; it is among the matchers too. */
  name: string | undefined
  matchers: readonly LabelMatch[]
  /** Present for a range vector, `x[5m]`. */
  range: Span | undefined
  offset: Span | undefined
  at: Moment | undefined
  extension: Extension | undefined
}

/** `rate(x[5m])[1h:1m]`: a range vector of what an expression gives at steps of its own. */
export interface Subquery extends Place {
  kind: 'subquery'
  of: Expression
  range: Span
  /** Undefined: the usual step. */
  step: Span | undefined
  offset: Span | undefined
  at: Moment | undefined
}

export interface Aggregation extends Place {
  kind: 'aggregation'
  operator: AggregationOperator
  by: boolean
  labels: readonly string[]
  /** `topk(5, …)`, `count_values("version", …)`. */
  parameter: Expression | undefined
  of: Expression
}

export interface Call extends Place {
  kind: 'call'
  name: string
  arguments: readonly Expression[]
  returns: ValueType
  /** What it reads beside its arguments. */
  reads?: Selector
}

export interface Binary extends Place {
  kind: 'binary'
  operator: BinaryOperator
  /** Comparisons: 0 or 1 in place of a filter. */
  bool: boolean
  /** As LogQL has it, what is divided by zero is no number. */
  guardsZero?: boolean
  /** Labels that pair the sides: the listed ones, or all but those. */
  on: boolean
  labels: readonly string[]
  /** The side of which several may have one partner; `include` names labels taken from that partner. */
  group: { many: 'left' | 'right'; include: readonly string[] } | undefined
  /** What stands for a partner that is not there. */
  fill: { left?: number; right?: number }
  left: Expression
  right: Expression
}

/** A sign before an expression; that before a number is part of the number. */
export interface Signed extends Place {
  kind: 'sign'
  sign: '+' | '-'
  of: Expression
}

export interface Parenthesized extends Place {
  kind: 'paren'
  of: Expression
}

export const aggregationOperators = [
  'sum',
  'avg',
  'min',
  'max',
  'count',
  'group',
  'stddev',
  'stdvar',
  'topk',
  'bottomk',
  'quantile',
  'count_values',
  'limitk',
  'limit_ratio',
] as const
export type AggregationOperator = (typeof aggregationOperators)[number]

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '^' | 'atan2' | '</' | '>/'
export type ComparisonOperator = '==' | '!=' | '>' | '<' | '>=' | '<='
export type SetOperator = 'and' | 'or' | 'unless'
export type BinaryOperator = ArithmeticOperator | ComparisonOperator | SetOperator
export type Expression =
  | ({ kind: 'number'; value: number; isDuration: boolean } & Place)
  | ({ kind: 'text'; value: string } & Place)
  | Selector
  | Subquery
  | Aggregation
  | Call
  | Binary
  | Signed
  | Parenthesized

/** What an expression gives. */
export type ValueType = 'scalar' | 'vector' | 'matrix' | 'string'

/** Whether a duration is a number, and nothing has to be worked out. */
export function isPlain(written: Duration): boolean {
  return (written.kind === 'negative' ? written.of : written).kind === 'number'
}

/** An expression without the parentheses around it. */
export function bare(expression: Expression): Exclude<Expression, Parenthesized> {
  return expression.kind === 'paren' ? bare(expression.of) : expression
}

export function isComparison(operator: BinaryOperator): operator is ComparisonOperator {
  return /^([=!]=|[<>]=?)$/.test(operator)
}

export function isSetOperator(operator: BinaryOperator): operator is SetOperator {
  return operator === 'and' || operator === 'or' || operator === 'unless'
}
