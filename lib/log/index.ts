export { BufferPool } from './buffer-pool.ts'
export type {
  CompactionRequest,
  CompactionResult,
  LastOfProducer,
} from './compaction/types.ts'
export { type LogDeps, openLog } from './log.ts'
export { createLogResources, type LogResources, type ResourceLimits } from './resources.ts'
export { type AbortedTransaction, TransactionIndex } from './transaction-index.ts'
export type {
  AppendResult,
  Log,
  LogOptions,
  LogRange,
  LogSlice,
  LogTuning,
  SegmentInfo,
  TimestampedOffset,
} from './types.ts'
