import { laneRecords, writeLaneBatch } from '../records/lane-records.ts'
import type { SpooledBatch } from './batch-reader.ts'

/** The records of a batch between two spool offsets, as a batch of their own: offsets, and so sequences, stay as they are. */
export function cutBatch(batch: SpooledBatch, from: number, to: number): SpooledBatch {
  if (from <= batch.offset && to >= batch.nextOffset) return batch
  const records = laneRecords(batch.bytes).slice(from - batch.offset, to - batch.offset)
  return { offset: from, nextOffset: to, bytes: writeLaneBatch(records), intact: batch.intact }
}
