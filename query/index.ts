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
export { startQuery } from './start.ts'
