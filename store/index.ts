export { createStoreClient, type StoreClientOptions } from './client/client.ts'
export { StoreConnection } from './client/connection.ts'
export { type InsertOptions, insertNative } from './client/insert.ts'
export { queryAbortable } from './client/query.ts'
export { isStoreUnreachable } from './client/unreachable.ts'
export {
  isExpired,
  readStoredRecord,
  type StoredRecord,
  type StoredRecordJson,
  storedRecordColumns,
} from './ledger.ts'
export { migrate } from './migrate.ts'
export { type StoreConfig, storePassword } from './password.ts'
export {
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
  defaultRetentionDays,
  type Level,
  ledgerColumns,
  levels,
  logColumns,
  maxRetentionDays,
  metricExemplarColumns,
  metricHistogramColumns,
  metricSampleColumns,
  metricSeriesColumns,
  retentionAttribute,
  type TableName,
  tables,
  traceColumns,
} from './schema.ts'
export { startStore } from './start.ts'
