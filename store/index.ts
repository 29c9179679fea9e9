export { type BackupAbout, backUp } from './backup.ts'
export { checkStore, type StoreCheck, type TableCheck } from './check.ts'
export { createStoreClient, type StoreClientOptions } from './client/client.ts'
export { StoreConnection } from './client/connection.ts'
export { type InsertOptions, insertNative } from './client/insert.ts'
export { queryAbortable } from './client/query.ts'
export { isTimeout } from './client/timeout.ts'
export { isStoreUnreachable } from './client/unreachable.ts'
export { forgetMutations } from './deletion/mutations.ts'
export { type DeletionNote, noteDeletion, unlogged } from './deletion/note.ts'
export { type DroppedDay, databaseBytes, dropOldestDay } from './deletion/oldest-day.ts'
export { formOf, localTable, type SchemaForm } from './form/form.ts'
export {
  anyTenantOf,
  isExpired,
  readStoredRecord,
  type StoredRecord,
  type StoredRecordJson,
  storedRecordColumns,
} from './ledger.ts'
export { migrate, schemaStatements } from './migrate.ts'
export { type StoreConfig, storePassword } from './password.ts'
export { type Restored, restore } from './restore.ts'
export {
  defaultRetentionDays,
  maxRetentionDays,
  type RetentionConfig,
  type RetentionRule,
  retentionAttribute,
} from './retention.ts'
export {
  type CountedRollup,
  overflowValue,
  type Rollup,
  type RollupTable,
  type RollupWindow,
  rollups,
  rollupTable,
  rollupWindows,
} from './rollups.ts'
export {
  columnsOf,
  customRollupRangeColumns,
  type Level,
  ledgerColumns,
  levels,
  lineBytes,
  logColumns,
  metricExemplarColumns,
  metricHistogramColumns,
  metricSampleColumns,
  metricSeriesColumns,
  type TableName,
  tables,
  traceColumns,
} from './schema.ts'
export { startStore } from './start.ts'
