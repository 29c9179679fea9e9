import { BatchCursor, type RecordInput, readRecords, writeBatch } from '../../../kafka/index.ts'
import type { CompactionRequest, CompactionResult, Log } from '../../index.ts'

export function keyed(key: string, value: string | null, timestampMs = 1): RecordInput {
  const bytes = value === null ? null : Buffer.from(value)
  return { key: Buffer.from(key), value: bytes, timestampMs, headers: [] }
}

/** The end of a transaction, as a coordinator writes it. */
export function marker(type: 'abort' | 'commit', producerId: bigint): Buffer {
  const key = Buffer.from([0, 0, 0, type === 'abort' ? 0 : 1])
  const record = { key, value: Buffer.alloc(6), timestampMs: 1, headers: [] }
  return writeBatch([record], { isControl: true, isTransactional: true, producerId, producerEpoch: 0 })
}

/** All that is closed. */
export function compact(log: Log, request: Partial<CompactionRequest> = {}): Promise<CompactionResult> {
  return log.compact({
    dirtyFrom: 0,
    before: log.segments.at(-1)?.baseOffset ?? 0,
    nowMs: 1000,
    deleteRetentionMs: 1_000_000,
    abortedTransactions: async () => [],
    lastOfProducers: new Map(),
    throttle: async () => undefined,
    ...request,
  })
}

export async function recordsOf(log: Log) {
  const records: { offset: number; timestampMs: number; key: string; value: string }[] = []
  await eachBatch(log, batch => {
    if (batch.isControl) return
    for (const { offset, timestampMs, key, value } of readRecords(batch))
      records.push({ offset, timestampMs, key: String(key), value: String(value) })
  })
  return records
}

export async function batchesOf(log: Log) {
  const batches: Pick<
    BatchCursor,
    'lastOffset' | 'count' | 'producerId' | 'baseSequence' | 'deleteHorizonMs' | 'maxTimestampMs'
  >[] = []
  await eachBatch(log, batch => {
    const { lastOffset, count, producerId, baseSequence, deleteHorizonMs, maxTimestampMs } = batch
    batches.push({ lastOffset, count, producerId, baseSequence, deleteHorizonMs, maxTimestampMs })
  })
  return batches
}

async function eachBatch(log: Log, visit: (batch: BatchCursor) => void): Promise<void> {
  for (let at = log.startOffset; at < log.stableOffset; ) {
    const slice = await log.read(at, 1 << 20)
    const cursor = new BatchCursor(slice.bytes)
    while (cursor.next()) visit(cursor)
    at = slice.nextOffset
    slice.release()
  }
}
