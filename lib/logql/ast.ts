export type MatchOperator = '=' | '!=' | '=~' | '!~'
export type LineOperator = '|=' | '!=' | '|~' | '!~'
export type CompareOperator = MatchOperator | '>' | '>=' | '<' | '<='

/** `service="web"` in a stream selector. */
export interface Matcher {
  label: string
  operator: MatchOperator
  value: string
}

/** `|= "a" or "b"`: any of the values for `|=` and `|~`, none of them for `!=` and `!~`. */
export interface LineFilter {
  kind: 'line'
  operator: LineOperator
  values: readonly string[]
}

/** Plain words: every one of them is a whole word of the line, in any case (ASCII). */
export interface WordFilter {
  kind: 'words'
  words: readonly string[]
}

export type LabelExpression =
  | { kind: 'and' | 'or'; left: LabelExpression; right: LabelExpression }
  | { kind: 'text'; label: string; operator: MatchOperator; value: string }
  | { kind: 'number'; label: string; operator: '=' | '!=' | '>' | '>=' | '<' | '<='; value: number }

export interface LabelFilter {
  kind: 'label'
  expression: LabelExpression
}

export type Stage = LineFilter | WordFilter | LabelFilter

/** A log query: the streams that match, then stages in the order written. */
export interface LogQuery {
  matchers: readonly Matcher[]
  stages: readonly Stage[]
}
