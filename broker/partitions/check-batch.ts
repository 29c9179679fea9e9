import { BatchCursor, errorCodes, validateBatch } from '../../lib/kafka/index.ts'

/** What is wrong with one record, by its number in the batch. */
export interface RecordError {
  batchIndex: number
  message: string
}

export interface BatchRefusal {
  errorCode: number
  message: string
  recordErrors?: readonly RecordError[]
}

/** zstd came with Produce version 7 (KIP-110): an older client could not read it back. */
const zstdFromVersion = 7
const zstdCode = 4

/**
 * Looks at what a produce request carries for one partition: exactly one sound batch, as Kafka demands of magic 2.
 * Leaves the cursor on it. Header and checksum only; no record is decoded. Hot: guarded by the broker produce bench.
 */
export function checkBatch(
  cursor: BatchCursor,
  maxMessageBytes: number,
  version: number,
): BatchRefusal | undefined {
  const { buffer } = cursor
  if (!cursor.next()) return buffer.length > 0 && !isMagic2(buffer) ? oldFormat() : noBatch()
  if (cursor.magic > 2) return corrupt('the message format is unknown')
  if (cursor.magic !== 2) return oldFormat()
  if (cursor.end !== buffer.length) return severalBatches(buffer, cursor.end)
  if (cursor.length > maxMessageBytes)
    return {
      errorCode: errorCodes.MESSAGE_TOO_LARGE,
      message: `the record batch of ${cursor.length} bytes is larger than max.message.bytes (${maxMessageBytes})`,
    }
  const problem = validateBatch(cursor)
  if (problem === 'crc') return { errorCode: errorCodes.CORRUPT_MESSAGE, message: 'the checksum is wrong' }
  if (problem !== undefined) return invalid(`the batch's ${problem} is not valid`)
  if (cursor.baseOffset !== 0) return invalid(`the base offset should be 0, but it is ${cursor.baseOffset}`)
  return checkAttributes(cursor, version)
}

function checkAttributes(cursor: BatchCursor, version: number): BatchRefusal | undefined {
  if (cursor.isControl) return invalid('clients may not write control batches')
  if (cursor.isTransactional && !cursor.hasProducerId) return invalid('a transaction needs a producer id')
  if (version < zstdFromVersion && (cursor.attributes & 7) === zstdCode)
    return {
      errorCode: errorCodes.UNSUPPORTED_COMPRESSION_TYPE,
      message: `zstd needs Produce version ${zstdFromVersion}`,
    }
  const isIdempotent = cursor.hasProducerId
  if (isIdempotent && (cursor.producerEpoch < 0 || cursor.baseSequence < 0))
    return invalid('a batch with a producer id needs an epoch and a sequence')
  return undefined
}

function isMagic2(buffer: Buffer): boolean {
  return buffer.length > 16 && buffer[16] === 2
}

function severalBatches(buffer: Buffer, end: number): BatchRefusal {
  const second = new BatchCursor(buffer, end)
  return second.next() ? invalid('more than one record batch') : corrupt('bytes after the record batch')
}

function noBatch(): BatchRefusal {
  return invalid('no whole record batch')
}

function oldFormat(): BatchRefusal {
  return invalid('the message format is older than 2')
}

function corrupt(message: string): BatchRefusal {
  return { errorCode: errorCodes.CORRUPT_MESSAGE, message }
}

function invalid(message: string): BatchRefusal {
  return { errorCode: errorCodes.INVALID_RECORD, message }
}
