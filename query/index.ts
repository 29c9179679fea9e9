export { makeToken, type Scope, scopes, type Token } from './access/token.ts'
export { changeTokens, TokenFile } from './access/token-file.ts'
export { readTokenUse } from './access/token-use.ts'
export type {
  CompareAnswer,
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
  QueriesAnswer,
  SessionAnswer,
  StatusAnswer,
} from './api/schemas.ts'
export { type DeletionPreview, deleteLines, previewDeletion } from './deletion/delete-lines.ts'
export { answeredByRollup, type SqlCondition, toSql } from './logql-sql.ts'
export { startQuery } from './start.ts'
