import type { MatchOperator } from '../../lib/logql/index.ts'

export interface LabelMatch {
  name: string
  operator: MatchOperator
  value: string
}

/** `@ 1609746000`, in milliseconds, `@ start()`, `@ end()`: evaluated there at every step. */
export type Moment = number | 'start' | 'end'

export interface Selector {
  kind: 'selector'
  matchers: readonly LabelMatch[]
  /** Present for a range vector, `x[5m]`. */
  rangeMs: number | undefined
  offsetMs: number
  at: Moment | undefined
}

/** `rate(x[5m])[1h:1m]`: a range vector of what an expression gives at steps of its own. */
export interface Subquery {
  kind: 'subquery'
  of: Expression
  rangeMs: number
  /** Undefined: the usual step. */
  stepMs: number | undefined
  offsetMs: number
  at: Moment | undefined
}

export interface Aggregation {
  kind: 'aggregation'
  operator: AggregationOperator
  by: boolean
  labels: readonly string[]
  /** `topk(5, …)`, `count_values("version", …)`. */
  parameter: Expression | undefined
  of: Expression
}

export interface Call {
  kind: 'call'
  name: string
  arguments: readonly Expression[]
}

export interface Binary {
  kind: 'binary'
  operator: BinaryOperator
  /** Comparisons: 0 or 1 in place of a filter. */
  bool: boolean
  /** Labels that pair the sides: the listed ones, or all but those. */
  on: boolean
  labels: readonly string[]
  /** The side of which several may have one partner; `include` names labels taken from that partner. */
  group: { many: 'left' | 'right'; include: readonly string[] } | undefined
  left: Expression
  right: Expression
}

export interface Negation {
  kind: 'negation'
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

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '^' | 'atan2'
export type ComparisonOperator = '==' | '!=' | '>' | '<' | '>=' | '<='
export type SetOperator = 'and' | 'or' | 'unless'
export type BinaryOperator = ArithmeticOperator | ComparisonOperator | SetOperator
export type Expression =
  | { kind: 'number'; value: number }
  | { kind: 'text'; value: string }
  | Selector
  | Subquery
  | Aggregation
  | Call
  | Binary
  | Negation

/** What an expression gives. */
export type ValueType = 'scalar' | 'vector' | 'matrix' | 'string'
