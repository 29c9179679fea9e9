import { type Compression, compress, compressions } from './compression.ts'
import { batchCrc } from './crc.ts'
import type { BatchCursor } from './cursor.ts'
import { at, attribute, headerBytes, prefixBytes, writeInt64 } from './layout.ts'

export interface Rebuild {
  compression?: Compression
  /** The codec's own default where undefined. */
  level?: number | undefined
  count?: number
  baseTimestampMs?: number
  maxTimestampMs?: number
  /** `baseTimestampMs` is when tombstones and markers of the batch may go (KIP-534). */
  isDeleteHorizon?: boolean
}

/** The batch the cursor stands on with other content, given decompressed; of its header all that is not named stays. */
export function rebuildBatch(batch: BatchCursor, content: Buffer, changes: Rebuild = {}): Buffer {
  const { attributes } = batch
  const compression = changes.compression ?? compressions[attributes & attribute.compressionMask] ?? 'none'
  const compressed = compress(content, compression, changes.level)
  const rebuilt = Buffer.allocUnsafe(headerBytes + compressed.length)
  batch.buffer.copy(rebuilt, 0, batch.offset, batch.offset + headerBytes)
  compressed.copy(rebuilt, headerBytes)
  const horizon = changes.isDeleteHorizon === true ? attribute.deleteHorizon : 0
  const others = attributes & ~attribute.compressionMask
  rebuilt.writeInt16BE(others | horizon | compressions.indexOf(compression), at.attributes)
  rebuilt.writeInt32BE(rebuilt.length - prefixBytes, at.batchLength)
  if (changes.count !== undefined) rebuilt.writeInt32BE(changes.count, at.count)
  if (changes.baseTimestampMs !== undefined) writeInt64(rebuilt, changes.baseTimestampMs, at.baseTimestamp)
  if (changes.maxTimestampMs !== undefined) writeInt64(rebuilt, changes.maxTimestampMs, at.maxTimestamp)
  rebuilt.writeUInt32BE(batchCrc(rebuilt, 0, rebuilt.length), at.crc)
  return rebuilt
}

/** What is left of a batch when all its records have gone: its producer's epoch and sequence, its offsets and time. */
export function emptyBatch(batch: BatchCursor): Buffer {
  const empty = Buffer.from(batch.buffer.subarray(batch.offset, batch.offset + headerBytes))
  const dropped = attribute.compressionMask | attribute.deleteHorizon
  empty.writeInt16BE(batch.attributes & ~dropped, at.attributes)
  empty.writeInt32BE(headerBytes - prefixBytes, at.batchLength)
  empty.writeInt32BE(0, at.count)
  writeInt64(empty, -1, at.baseTimestamp)
  empty.writeUInt32BE(batchCrc(empty, 0, empty.length), at.crc)
  return empty
}

/**
 * Makes the batch at `start` one of the broker's time, as of which all its records then count, or with undefined one of
 * its producer's. Its content stays as it is.
 */
export function patchTimestampType(buffer: Buffer, start: number, appendTimeMs: number | undefined): void {
  const others = buffer.readInt16BE(start + at.attributes) & ~attribute.logAppendTime
  const bit = appendTimeMs === undefined ? 0 : attribute.logAppendTime
  buffer.writeInt16BE(others | bit, start + at.attributes)
  if (appendTimeMs !== undefined) writeInt64(buffer, appendTimeMs, start + at.maxTimestamp)
  const length = buffer.readInt32BE(start + at.batchLength) + prefixBytes
  buffer.writeUInt32BE(batchCrc(buffer, start, length), start + at.crc)
}
