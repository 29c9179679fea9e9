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

/** `|> "<_> took <_> ms"`: the whole line has the form of one of the patterns, or of none. */
export interface LinePatternFilter {
  kind: 'line-pattern'
  operator: '|>' | '!>'
  values: readonly string[]
}

/** `|= ip("10.0.0.0/8")`: an address in the line is in one of the ranges, or in none; texts may stand beside them. */
export interface LineIpFilter {
  kind: 'line-ip'
  operator: '|=' | '!='
  ranges: readonly string[]
  values: readonly string[]
}

/** Plain words: every one of them is a whole word of the line, in any case (ASCII). */
export interface WordFilter {
  kind: 'words'
  words: readonly string[]
}

export type NumberOperator = '=' | '!=' | '>' | '>=' | '<' | '<='

export type LabelExpression =
  | { kind: 'and' | 'or'; left: LabelExpression; right: LabelExpression }
  | { kind: 'text'; label: string; operator: MatchOperator; value: string }
  | { kind: 'number'; label: string; operator: NumberOperator; value: number; written: string }
  | { kind: 'ip'; label: string; operator: '=' | '!='; range: string }

export interface LabelFilter {
  kind: 'label'
  expression: LabelExpression
}

/** `host="server.name"`: a label, and where its value stands in the line. */
export interface Extraction {
  label: string
  path: string
}

export interface JsonStage {
  kind: 'json'
  /** None: all fields. */
  fields: readonly Extraction[]
}

export interface LogfmtStage {
  kind: 'logfmt'
  fields: readonly Extraction[]
  strict: boolean
  keepEmpty: boolean
}

export interface PatternStage {
  kind: 'pattern' | 'regexp'
  pattern: string
}

export interface PlainStage {
  kind: 'unpack' | 'decolorize'
}

export interface LineFormatStage {
  kind: 'line_format'
  template: string
}

export interface LabelFormatStage {
  kind: 'label_format'
  formats: readonly { label: string; value: string; isTemplate: boolean }[]
}

/** `| drop a, b="x"`: labels, or labels that have a value. */
export interface LabelsStage {
  kind: 'drop' | 'keep'
  labels: readonly { label: string; matcher: Matcher | undefined }[]
}

/** `timeout OR declined`: one of the filters takes the line. */
export interface AnyFilter {
  kind: 'any'
  of: readonly FilterStage[]
}

/** `-debug`: the filter does not take the line. */
export interface NotFilter {
  kind: 'not'
  of: FilterStage
}

/** Filters that every reader of lines knows: agents, rules, tails and the store. */
export type FilterStage = LineFilter | WordFilter | LabelFilter | AnyFilter | NotFilter

export type Stage =
  | FilterStage
  | LinePatternFilter
  | LineIpFilter
  | JsonStage
  | LogfmtStage
  | PatternStage
  | PlainStage
  | LineFormatStage
  | LabelFormatStage
  | LabelsStage

export function isFilter(stage: Stage): stage is FilterStage {
  return ['line', 'words', 'label', 'any', 'not'].includes(stage.kind)
}

/** A log query: the streams that match, then stages in the order written. */
export interface LogQuery {
  matchers: readonly Matcher[]
  stages: readonly Stage[]
}

export const rangeOperations = [
  'rate',
  'rate_counter',
  'count_over_time',
  'bytes_rate',
  'bytes_over_time',
  'absent_over_time',
  'sum_over_time',
  'avg_over_time',
  'max_over_time',
  'min_over_time',
  'first_over_time',
  'last_over_time',
  'stdvar_over_time',
  'stddev_over_time',
  'quantile_over_time',
] as const
export type RangeOperation = (typeof rangeOperations)[number]

/** `| unwrap duration(took) | took != ""`: the number that a label holds. */
export interface Unwrap {
  label: string
  conversion: 'none' | 'duration' | 'duration_seconds' | 'bytes'
  after: readonly LabelFilter[]
}

export interface Grouping {
  isBy: boolean
  labels: readonly string[]
}

/** `rate({service="web"} |= "x" [5m] offset 1h)`. */
export interface RangeAggregation {
  operation: RangeOperation
  /** Of `quantile_over_time`. */
  parameter: number | undefined
  query: LogQuery
  unwrap: Unwrap | undefined
  rangeMs: number
  offsetMs: number
  grouping: Grouping | undefined
}

/**
 * Range aggregations, and the rest of the query as PromQL, in which `r:0`, `r:1`… stand for them: what LogQL has around
 * range aggregations, PromQL has. They are padded, so that places in the text stay right.
 */
export interface MetricQuery {
  kind: 'metric'
  ranges: readonly RangeAggregation[]
  promql: string
  /** Where in it `topk` stands for `approx_topk`, which is exact here. */
  approximate: readonly number[]
  /** What it was written as, where several metrics stand in it. */
  variants?: { readonly metrics: readonly MetricQuery[]; readonly of: LogRange }
}

/** Lines of windows, of which nothing is made yet. */
export type LogRange = Pick<RangeAggregation, 'query' | 'rangeMs' | 'offsetMs'>

export type LogQl = { kind: 'log'; query: LogQuery } | MetricQuery
