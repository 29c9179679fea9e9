import { BatchCursor, readRecords, writeBatch } from '../../lib/kafka/index.ts'
import type { SpooledBatch } from './batch-reader.ts'

/** The records of a batch between two spool offsets, as a batch of their own: offsets, and so sequences, stay as they are. */
export function cutBatch(batch: SpooledBatch, from: number, to: number): SpooledBatch {
  if (from <= batch.offset && to >= batch.nextOffset) return batch
  const cursor = new BatchCursor(batch.bytes)
  cursor.next()
  const records = [...readRecords(cursor)].slice(from - batch.offset, to - batch.offset).map(record => ({
    key: record.key === null ? null : Buffer.from(record.key),
    value: record.value === null ? null : Buffer.from(record.value),
    timestampMs: cursor.maxTimestampMs,
    headers: record.headers.map(({ key, value }) => ({ key, value: value === null ? '' : String(value) })),
  }))
  const bytes = Buffer.from(writeBatch(records, { compression: 'zstd' }))
  return { offset: from, nextOffset: to, bytes, intact: batch.intact }
}
