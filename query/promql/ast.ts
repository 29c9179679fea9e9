import type { MatchOperator } from '../../lib/logql/index.ts'

export interface LabelMatch {
  name: string
  operator: MatchOperator
  value: string
}

export interface Selector {
  kind: 'selector'
  matchers: readonly LabelMatch[]
  /** Present for a range vector, `x[5m]`. */
  rangeMs: number | undefined
  offsetMs: number
}

export interface Aggregation {
  kind: 'aggregation'
  operator: AggregationOperator
  by: boolean
  labels: readonly string[]
  /** `topk(5, …)`. */
  parameter: number | undefined
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
  left: Expression
  right: Expression
}

export type AggregationOperator = 'sum' | 'avg' | 'min' | 'max' | 'count' | 'topk' | 'bottomk'
export type BinaryOperator = '+' | '-' | '*' | '/' | '%' | '^' | '==' | '!=' | '>' | '<' | '>=' | '<='
export type Expression = { kind: 'number'; value: number } | Selector | Aggregation | Call | Binary
