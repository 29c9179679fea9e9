export type {
  CompareOperator,
  LabelExpression,
  LabelFilter,
  LineFilter,
  LineOperator,
  LogQuery,
  Matcher,
  MatchOperator,
  Stage,
  WordFilter,
} from './ast.ts'
export { QueryError } from './error.ts'
export { compilePredicate, type LogPredicate } from './evaluate.ts'
export { type LogFields, labelOfFields, predicateOfFields } from './fields.ts'
export { type Column, LabelName } from './label-name.ts'
export { parseCondition, parseLogQuery } from './parser.ts'
export { checkRegex, partRegex, wholeRegex } from './regex.ts'
export { readStringLiteral } from './string-literal.ts'
export { labelUnits, numberOf, parseDurationSeconds } from './units.ts'
export { type LogView, Needle } from './view.ts'
