export type {
  ArithmeticOperator,
  AttributeField,
  CompareOperator,
  Expression,
  Field,
  IntrinsicName,
  Literal,
  MetricsName,
  MetricsStage,
  Pipeline,
  Relation,
  Scalar,
  SeriesMath,
  SeriesStage,
  SpansetExpression,
  SpansetOperator,
  Stage,
  TraceQuery,
} from './ast.ts'
export { compilePipeline, type EvaluatePipeline, type Spanset, shownFields } from './evaluate.ts'
export { compile, compileCondition, compileNumber, holds, type Value } from './evaluate-expression.ts'
export { formatExpression, formatField, formatPipeline, formatTraceQl } from './format.ts'
export { readAttributeName } from './lexer.ts'
export { intrinsicNames, metricsNames } from './names.ts'
export { parseTraceQl } from './parser.ts'
export {
  type GroupStep,
  type LabelValue,
  type OverTime,
  type SeriesSteps,
  SpanGatherer,
  stagedSeries,
  type TraceSeries,
  toSeries,
} from './series.ts'
export { computedSeries } from './series-math.ts'
export type { Span, SpanEvent, SpanKindName, SpanLink, SpanStatusName, TraceFacts } from './span.ts'
export { endNsOf, rootOf, Trace } from './trace.ts'
export {
  type ComparisonMode,
  comparisonMode,
  isDuration,
  isOfMany,
  numberOfText,
  numberPattern,
  typeOf,
  type ValueType,
} from './types.ts'
