export type {
  CompareOperator,
  FilterStage,
  Grouping,
  LabelExpression,
  LabelFilter,
  LineFilter,
  LineOperator,
  LogQl,
  LogQuery,
  Matcher,
  MatchOperator,
  MetricQuery,
  RangeAggregation,
  RangeOperation,
  Stage,
  Unwrap,
  WordFilter,
} from './ast.ts'
export { isFilter, rangeOperations } from './ast.ts'
export { QueryError } from './error.ts'
export { compilePredicate, type LogPredicate } from './evaluate.ts'
export { type LogFields, labelOfFields, predicateOfFields } from './fields.ts'
export { formatLogQl } from './format.ts'
export { type Column, LabelName } from './label-name.ts'
export { labelsIn } from './labels-in.ts'
export { type LineField, lineFields } from './line-fields.ts'
export { parseLogQl } from './parse-logql.ts'
export { parseCondition, parseLogQuery, parseSearch } from './parser.ts'
export {
  type BaseLabels,
  KnownLabels,
  type LabelCategory,
  type LineLabels,
  labelOf,
} from './pipeline/labels.ts'
export { compilePipeline, type Pipeline } from './pipeline/pipeline.ts'
export { compileUnwrap } from './pipeline/unwrap.ts'
export { type FilterQuery, isFilterQuery, pushable } from './pushable.ts'
export { checkRegex, partRegex, wholeRegex } from './regex.ts'
export {
  type LineScope,
  readersPrefix,
  type ScopePart,
  scopeLabels,
  scopeParts,
  scopeText,
} from './scope-labels.ts'
export { readStringLiteral } from './string-literal.ts'
export { TokenCursor } from './token-cursor.ts'
export { hintForVariable } from './unfilled-variable.ts'
export { labelUnits, numberOf, parseDurationSeconds } from './units.ts'
export { type LogView, Needle } from './view.ts'
export { wordsOf } from './words.ts'
