import { BatchCursor, readRecords, writeBatch } from '../../lib/kafka/index.ts'
import type { LedgerHeader } from '../../lib/ledger/index.ts'

/** One record of a lane, as it stands in a batch. */
export interface LaneRecord {
  value: Buffer
  headers: LedgerHeader[]
  timestampMs: number
}

/** The records of one batch, as copies of their own. Errors: CORRUPT_BATCH. */
export function laneRecords(batch: Buffer): LaneRecord[] {
  const cursor = new BatchCursor(batch)
  if (!cursor.next()) return []
  return readRecords(cursor).map(({ value, headers, timestampMs }) => ({
    value: Buffer.from(value ?? Buffer.alloc(0)),
    headers: headers.map(({ key, value: text }) => ({ key, value: text === null ? '' : String(text) })),
    timestampMs,
  }))
}

/** A batch of them, as the spool has it. */
export function writeLaneBatch(records: readonly LaneRecord[]): Buffer {
  return Buffer.from(
    writeBatch(
      records.map(record => ({ key: null, ...record })),
      { compression: 'zstd' },
    ),
  )
}
