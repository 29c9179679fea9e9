import { BatchCursor, batchHeaderBytes, batchPrefixBytes, isIntact } from '../kafka/index.ts'
import { readFully } from './files.ts'
import type { Segment } from './segment.ts'

const chunkBytes = 4_194_304
/** No batch is larger; a larger length is damage, not data. */
export const maxBatchBytes = 1_073_741_824

export interface ScanOptions {
  /** Take checksums as right and look at headers only. */
  trust?: boolean
  endOffset?: number
}

/**
 * Reads the log file from the segment's present end on, checks every batch and takes note of it, and stops at the first
 * that is torn or damaged. The segment's `sizeBytes` is then where the sound part ends. With `trust`, checksums are
 * taken as right and only headers are looked at.
 */
export async function scanSegment(
  fd: number,
  segment: Segment,
  indexIntervalBytes: number,
  options: ScanOptions = {},
): Promise<void> {
  const { trust = false, endOffset = Number.MAX_SAFE_INTEGER } = options
  let size = chunkBytes
  for (;;) {
    const chunk = Buffer.allocUnsafeSlow(size)
    const bytes = chunk.subarray(0, await readFully(fd, chunk, segment.sizeBytes))
    const cursor = new BatchCursor(bytes)
    let noted = 0
    while (
      cursor.next() &&
      follows(cursor, segment) &&
      cursor.lastOffset < endOffset &&
      (trust || isIntact(cursor))
    ) {
      segment.note(cursor, indexIntervalBytes)
      noted += cursor.length
    }
    if (noted === 0) {
      const needed = lengthOfFirst(bytes)
      if (needed <= size || bytes.length < size) return
      size = needed
    } else if (bytes.length < size && noted === bytes.length) return
  }
}

/** Offsets only ascend, by gaps where compaction took records out. */
function follows(batch: BatchCursor, segment: Segment): boolean {
  return (
    batch.baseOffset >= segment.nextOffset &&
    batch.lastOffsetDelta >= 0 &&
    Number.isSafeInteger(batch.lastOffset)
  )
}

/** How long the first batch claims to be; 0 where that cannot be. */
function lengthOfFirst(bytes: Buffer): number {
  if (bytes.length < batchHeaderBytes) return 0
  const length = bytes.readInt32BE(8) + batchPrefixBytes
  return length > maxBatchBytes ? 0 : length
}
