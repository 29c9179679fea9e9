import { compressions } from './compression.ts'
import { batchCrc } from './crc.ts'
import type { BatchCursor } from './cursor.ts'
import { attribute, magic } from './layout.ts'

export type BatchProblem = 'magic' | 'crc' | 'count' | 'compression'

/**
 * What is wrong with the batch the cursor stands on, undefined for a sound one. Looks at the header and the CRC only,
 * never at a record. Hot: guarded by the broker produce bench.
 */
export function validateBatch(batch: BatchCursor): BatchProblem | undefined {
  if (batch.magic !== magic) return 'magic'
  if (batch.crc !== batchCrc(batch.buffer, batch.offset, batch.length)) return 'crc'
  if (batch.count < 1 || batch.lastOffsetDelta !== batch.count - 1) return 'count'
  if ((batch.attributes & attribute.compressionMask) >= compressions.length) return 'compression'
  return undefined
}

/** As validateBatch, but for batches of a compacted log, where records may be missing and a batch may even be empty. */
export function isIntact(batch: BatchCursor): boolean {
  return batch.magic === magic && batch.crc === batchCrc(batch.buffer, batch.offset, batch.length)
}
