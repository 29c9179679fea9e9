export type {
  ContextAnswer,
  FacetsAnswer,
  FilesAnswer,
  HistogramAnswer,
  LogLine,
  LogsAnswer,
  MetricNamesAnswer,
  MetricsAnswer,
  PatternsAnswer,
  ProblemAnswer,
  StatusAnswer,
} from './api/schemas.ts'
export type {
  OperationsAnswer,
  RedAnswer,
  ServiceGraphAnswer,
  TraceAnswer,
  TraceHistogramAnswer,
  TraceLogsAnswer,
  TraceServicesAnswer,
  TraceSpan,
  TracesAnswer,
} from './api/traces/schemas.ts'
export { answeredByRollup, type SqlCondition, toSql } from './logql-sql.ts'
export { loadRules } from './rules/load.ts'
export { testRules } from './rules/unit-test.ts'
export { startQuery } from './start.ts'
