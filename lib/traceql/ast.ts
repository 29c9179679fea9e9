export type AttributeScope = 'any' | 'span' | 'resource' | 'event' | 'link' | 'instrumentation'

/** An attribute; of any scope it is the span's, else the resource's. */
export interface AttributeField {
  kind: 'attribute'
  scope: AttributeScope
  /** Of the parent span in place of the span itself. */
  ofParent: boolean
  name: string
}

export type IntrinsicName =
  | 'name'
  | 'status'
  | 'statusMessage'
  | 'kind'
  | 'duration'
  | 'childCount'
  | 'span:id'
  | 'span:parentID'
  | 'trace:id'
  | 'traceDuration'
  | 'rootName'
  | 'rootServiceName'
  | 'nestedSetLeft'
  | 'nestedSetRight'
  | 'nestedSetParent'
  | 'event:name'
  | 'event:timeSinceStart'
  | 'link:spanID'
  | 'link:traceID'
  | 'instrumentation:name'
  | 'instrumentation:version'

export interface IntrinsicField {
  kind: 'intrinsic'
  name: IntrinsicName
}

export type Field = AttributeField | IntrinsicField

/** Durations are nanoseconds; a status is `error`, `ok`, `unset`, a kind `server` and so on. */
export type Literal =
  | { kind: 'literal'; type: 'string' | 'status' | 'kind'; value: string }
  | { kind: 'literal'; type: 'number' | 'duration'; value: number }
  | { kind: 'literal'; type: 'boolean'; value: boolean }
  | { kind: 'literal'; type: 'nil' }

export type CompareOperator = '=' | '!=' | '=~' | '!~' | '>' | '>=' | '<' | '<='
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '^'

/** What is asked of, or computed from, one span. */
export type Expression =
  | Field
  | Literal
  | { kind: 'compare'; operator: CompareOperator; left: Expression; right: Expression }
  | { kind: 'arithmetic'; operator: ArithmeticOperator; left: Expression; right: Expression }
  | { kind: 'logic'; operator: '&&' | '||'; left: Expression; right: Expression }
  | { kind: 'not' | 'negate'; of: Expression }
  /** Name, status message or the value of an attribute holds this text, in any case (ASCII). Not written in TraceQL. */
  | { kind: 'text'; text: string }

export const relations = ['>', '>>', '<', '<<', '~'] as const
export type Relation = (typeof relations)[number]

/** `!` takes the right side's spans without the relation, `&` the spans of both sides that have it. */
export type SpansetOperator = '&&' | '||' | Relation | `!${Relation}` | `&${Relation}`

export type SpansetExpression =
  | { kind: 'spans'; condition: Expression }
  | { kind: 'combined'; operator: SpansetOperator; left: SpansetExpression; right: SpansetExpression }
  | { kind: 'pipeline'; pipeline: Pipeline }

export type AggregateName = 'count' | 'avg' | 'min' | 'max' | 'sum'

/** A number of a set of spans. */
export type Scalar =
  | { kind: 'aggregate'; name: AggregateName; of: Expression | undefined }
  | { kind: 'number'; type: 'number' | 'duration'; value: number }
  | { kind: 'computed'; operator: ArithmeticOperator; left: Scalar; right: Scalar }

export type Stage =
  | { kind: 'spansets'; of: SpansetExpression }
  | {
      kind: 'scalar'
      operator: Exclude<CompareOperator, '=~' | '!~'>
      left: Scalar
      right: Scalar
    }
  | { kind: 'by'; of: Expression }
  | { kind: 'coalesce' }
  | { kind: 'select'; fields: readonly Field[] }

export interface Pipeline {
  first: SpansetExpression
  stages: readonly Stage[]
}

export type MetricsName =
  | 'rate'
  | 'count_over_time'
  | 'min_over_time'
  | 'max_over_time'
  | 'avg_over_time'
  | 'sum_over_time'
  | 'quantile_over_time'
  | 'histogram_over_time'

export type MetricsStage =
  | {
      kind: 'overTime'
      name: MetricsName
      /** Of what; none for rate and count_over_time. */
      of: Expression | undefined
      quantiles: readonly number[]
      by: readonly Field[]
    }
  | { kind: 'compare'; selection: Expression; top: number; startNs: number; endNs: number }

/** What is done with the series: the strongest, or those whose values are so. */
export type SeriesStage =
  | { kind: 'topk' | 'bottomk'; count: number }
  | { kind: 'filter'; operator: Exclude<CompareOperator, '=~' | '!~'>; value: number }

/** Series computed from those of two queries, which themselves are all of it. */
export interface SeriesMath {
  operator: '+' | '-' | '*' | '/'
  left: TraceQuery
  right: TraceQuery
}

/** A query: sets of spans, and with `metrics` series made of them; with `math` series made of others', and `pipeline` says nothing. */
export interface TraceQuery {
  pipeline: Pipeline
  metrics: MetricsStage | undefined
  series: readonly SeriesStage[]
  math?: SeriesMath
  /** The hint `with (window=15m)`: how far back a rule looks. */
  windowNs?: bigint
  /** The hint `with (exemplars=true)`: whether spans are to be named with the series. */
  exemplars?: boolean
}
