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
export { type DeletionPreview, deleteLines, previewDeletion } from './deletion/delete-lines.ts'
export { answeredByRollup, type SqlCondition, toSql } from './logql-sql.ts'
export { startQuery } from './start.ts'
