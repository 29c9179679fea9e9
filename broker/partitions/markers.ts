import {
  type BatchCursor,
  endTxnMarker,
  readRecords,
  versionedFromBuffer,
  versionedToBuffer,
  writeBatch,
} from '../../lib/kafka/index.ts'
import type { Marker } from './producers.ts'

/** The key of a control record is `version int16 | type int16`. */
const keyVersion = 0
const abortType = 0
const commitType = 1

/** The control batch that ends a transaction in a partition. */
export function markerBatch(marker: Marker, nowMs: number): Buffer {
  const key = Buffer.alloc(4)
  key.writeInt16BE(keyVersion)
  key.writeInt16BE(marker.isCommit ? commitType : abortType, 2)
  const value = versionedToBuffer(endTxnMarker, 0, { coordinatorEpoch: marker.coordinatorEpoch })
  return writeBatch([{ key, value, timestampMs: nowMs, headers: [] }], {
    producerId: BigInt(marker.producerId),
    producerEpoch: marker.epoch,
    isTransactional: true,
    isControl: true,
  })
}

/**
 * The marker in the control batch the cursor stands on; undefined where compaction has left none of it, or it is a
 * control record of another kind.
 */
export function readMarker(cursor: BatchCursor): Marker | undefined {
  const [record] = readRecords(cursor)
  if (record === undefined || record.key === null || record.value === null || record.key.length < 4)
    return undefined
  const type = record.key.readInt16BE(2)
  if (type !== abortType && type !== commitType) return undefined
  const { coordinatorEpoch } = versionedFromBuffer(endTxnMarker, record.value)
  return {
    producerId: Number(cursor.producerId),
    epoch: cursor.producerEpoch,
    isCommit: type === commitType,
    coordinatorEpoch,
    transactionVersion: 0,
  }
}
