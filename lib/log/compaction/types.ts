import type { AbortedTransaction } from '../transaction-index.ts'

/** The newest thing a producer wrote, which compaction must leave as its sequence and epoch are told by it. */
export interface LastOfProducer {
  /** Of its newest batch of data; undefined where a marker is all there is. */
  lastOffset: number | undefined
  epoch: number
}

export interface CompactionRequest {
  /** Everything below has been compacted before. */
  dirtyFrom: number
  /** Nothing at or above is looked at; the base offset of a segment. */
  before: number
  nowMs: number
  /** How long tombstones and transaction markers stay after they have been compacted first. */
  deleteRetentionMs: number
  /** Of the keys held in memory; where more differ, a pass ends early and the next goes on. */
  maxMapBytes?: number
  abortedTransactions: (fromOffset: number, toOffset: number) => Promise<AbortedTransaction[]>
  lastOfProducers: ReadonlyMap<number, LastOfProducer>
  /** Asked before bytes are read or written: resolves when they may be; rejects to give up. */
  throttle: (bytes: number) => Promise<void>
}

export interface CompactionResult {
  /** Up to here the log is compacted now. */
  cleanTo: number
  bytesBefore: number
  bytesAfter: number
}
