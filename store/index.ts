export { createStoreClient, type StoreClientOptions } from './client/client.ts'
export { type InsertOptions, insertNative } from './client/insert.ts'
export { queryAbortable } from './client/query.ts'
export { migrate } from './migrate.ts'
export { type StoreConfig, storePassword } from './password.ts'
export {
  columnsOf,
  defaultRetentionDays,
  type Level,
  levels,
  logColumns,
  logRollupColumns,
  maxRetentionDays,
  metricExemplarColumns,
  metricHistogramColumns,
  metricRollupColumns,
  metricSampleColumns,
  metricSeriesColumns,
  retentionAttribute,
  type TableName,
  tables,
  traceColumns,
} from './schema.ts'
export { startStore, storeEnvironment } from './start.ts'
