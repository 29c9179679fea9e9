export { makeToken, type Scope, scopes, type Token } from './access/token.ts'
export { changeTokens, TokenFile } from './access/token-file.ts'
export { readTokenUse } from './access/token-use.ts'
export { answeredByRollup } from './answered-by-rollup.ts'
export type { AuditAnswer, MadeTokenAnswer, StorageAnswer, TokensAnswer } from './api/admin/schemas.ts'
export type { BoardAnswer, BoardsAnswer, ImportAnswer } from './api/boards/schemas.ts'
export type { CompareAnswer } from './api/compare.ts'
export type { ExplainAnswer } from './api/explain.ts'
export type { FieldsAnswer } from './api/fields.ts'
export type { QueriesAnswer } from './api/queries.ts'
export type { ReceiversAnswer } from './api/receivers.ts'
export type { AlertsAnswer, SilenceAnswer } from './api/rules/routes.ts'
export type { SavedRulesAnswer } from './api/rules/saved.ts'
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
export type { SessionAnswer } from './api/session.ts'
export type {
  RulesPreviewAnswer,
  StreamGroupAnswer,
  StreamGroupsAnswer,
  StreamLagAnswer,
  StreamMessage,
  StreamMessagesAnswer,
  StreamResetAnswer,
  StreamSecurityAnswer,
  StreamTopicAnswer,
  StreamTopicsAnswer,
  StreamTransactionsAnswer,
} from './api/streams/schemas.ts'
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
export type { Board, BoardInput, BoardLayout, BoardPanel, BoardVariable } from './boards/model.ts'
export { type DeletionPreview, deleteLines, previewDeletion } from './deletion/delete-lines.ts'
export { finishDeletions, unfinishedDeletions } from './deletion/unfinished.ts'
export { type SqlCondition, toSql } from './logql-sql.ts'
export type { PreviewRules } from './preview-rules.ts'
export { loadRules } from './rules/load.ts'
export { testRules } from './rules/unit-test.ts'
export { startQuery } from './start.ts'
