import { codeOf, messageOf } from '../../lib/base/index.ts'
import {
  BatchCursor,
  compressions,
  errorCodes,
  patchTimestampType,
  RecordWalk,
  readContent,
  rebuildBatch,
} from '../../lib/kafka/index.ts'
import type { BatchRefusal, RecordError } from './check-batch.ts'
import type { TopicSettings } from './settings.ts'

const longMax = 2n ** 63n - 1n
/** Of them the words of a refusal name so many. */
const namedErrors = 3

/** A batch as it goes to the log, where the topic's configuration has it other than it was sent. */
export interface Admission {
  records: Buffer
  /** -1: timestamps are the producer's. */
  logAppendTimeMs: number
}

/**
 * What a topic's configuration demands of a sound batch: keys where it is compacted, timestamps in bounds, the topic's
 * codec, the broker's time. Undefined where the batch may stay as it is, which by default is told from its header alone;
 * only what cannot be is a batch decompressed for. Hot: guarded by the broker produce bench.
 */
export function admitBatch(
  cursor: BatchCursor,
  settings: TopicSettings,
  place: string,
  nowMs: number,
): Admission | BatchRefusal | undefined {
  if (cursor.length > settings.segmentBytes) return largerThanSegment(cursor, settings, place)
  const isLookedInto = settings.isCompacted || mayBeOutOfTime(cursor, settings, nowMs)
  const isRecompressed = settings.compression !== undefined && settings.compression !== codecOf(cursor)
  const isStamped = settings.isLogAppendTime !== cursor.isLogAppendTime || settings.isLogAppendTime
  if (!isLookedInto && !isRecompressed && !isStamped) return undefined
  try {
    const refusal = isLookedInto ? recordsProblem(cursor, settings, place, nowMs) : undefined
    if (refusal !== undefined) return refusal
    return isRecompressed || isStamped ? rewritten(cursor, settings, isRecompressed, place, nowMs) : undefined
  } catch (error) {
    if (codeOf(error) !== 'CORRUPT_BATCH') throw error
    // its checksum is right: sent again it would be no better
    return { errorCode: errorCodes.INVALID_RECORD, message: messageOf(error) }
  }
}

function codecOf(cursor: BatchCursor) {
  return compressions[cursor.attributes & 7]
}

/** By the header alone: it names the largest timestamp, the smallest it does not. */
function mayBeOutOfTime(cursor: BatchCursor, settings: TopicSettings, nowMs: number): boolean {
  if (settings.isLogAppendTime) return false
  return (
    settings.timestampBeforeMaxMs <= Number.MAX_SAFE_INTEGER ||
    cursor.maxTimestampMs > nowMs + settings.timestampAfterMaxMs
  )
}

function recordsProblem(
  cursor: BatchCursor,
  settings: TopicSettings,
  place: string,
  nowMs: number,
): BatchRefusal | undefined {
  const untimely: RecordError[] = []
  const keyless: RecordError[] = []
  const walk = new RecordWalk(readContent(cursor), cursor)
  while (walk.next()) {
    const { index: batchIndex, offsetDelta } = walk
    if (offsetDelta !== batchIndex)
      return {
        errorCode: errorCodes.INVALID_RECORD,
        message: `record ${batchIndex} has offset ${offsetDelta}`,
      }
    if (
      !settings.isLogAppendTime &&
      isOutOfTime(cursor.baseTimestampMs + walk.timestampDelta, settings, nowMs)
    )
      untimely.push({ batchIndex, message: untimelyWords(cursor, walk, settings, nowMs) })
    else if (settings.isCompacted && walk.key === null)
      keyless.push({
        batchIndex,
        message: `Compacted topic cannot accept message without key in topic partition ${place}`,
      })
  }
  return refusalOf(untimely, keyless)
}

function refusalOf(untimely: RecordError[], keyless: RecordError[]): BatchRefusal | undefined {
  const recordErrors = [...untimely, ...keyless].sort((a, b) => a.batchIndex - b.batchIndex)
  if (untimely.length > 0)
    return {
      errorCode: errorCodes.INVALID_TIMESTAMP,
      message: 'One or more records have been rejected due to invalid timestamp',
      recordErrors,
    }
  if (keyless.length === 0) return undefined
  const named = recordErrors
    .slice(0, namedErrors)
    .map(({ batchIndex, message }) => `RecordError(batchIndex=${batchIndex}, message='${message}')`)
  return {
    errorCode: errorCodes.INVALID_RECORD,
    message: `One or more records have been rejected due to ${recordErrors.length} record errors in total, and only showing the first three errors at most: [${named.join(', ')}]`,
    recordErrors,
  }
}

/** -1 is no timestamp at all. */
function isOutOfTime(timestampMs: number, settings: TopicSettings, nowMs: number): boolean {
  const { timestampBeforeMaxMs, timestampAfterMaxMs } = settings
  return (
    timestampMs !== -1 &&
    (timestampMs < nowMs - timestampBeforeMaxMs || timestampMs > nowMs + timestampAfterMaxMs)
  )
}

function untimelyWords(
  cursor: BatchCursor,
  walk: RecordWalk,
  settings: TopicSettings,
  nowMs: number,
): string {
  const now = BigInt(nowMs)
  const from = now - asLong(settings.timestampBeforeMaxMs)
  const to = now + asLong(settings.timestampAfterMaxMs)
  const timestamp = cursor.baseTimestampMs + walk.timestampDelta
  const offset = cursor.baseOffset + walk.offsetDelta
  return `Timestamp ${timestamp} of message with offset ${offset} is out of range. The timestamp should be within [${from}, ${to}]`
}

function asLong(value: number): bigint {
  const long = BigInt(value)
  return long > longMax ? longMax : long
}

function rewritten(
  cursor: BatchCursor,
  settings: TopicSettings,
  isRecompressed: boolean,
  place: string,
  nowMs: number,
): Admission | BatchRefusal {
  const { compression, compressionLevel: level, isLogAppendTime, maxMessageBytes } = settings
  let records = cursor.view()
  if (isRecompressed && compression !== undefined) {
    records = rebuildBatch(cursor, readContent(cursor), { compression, level })
    const anew = new BatchCursor(records)
    anew.next()
    if (records.length > maxMessageBytes) return tooLarge(records.length, maxMessageBytes, place)
    if (records.length > settings.segmentBytes) return largerThanSegment(anew, settings, place)
  }
  const logAppendTimeMs = isLogAppendTime ? nowMs : -1
  if (isLogAppendTime || cursor.isLogAppendTime)
    patchTimestampType(records, 0, isLogAppendTime ? nowMs : undefined)
  return { records, logAppendTimeMs }
}

function tooLarge(bytes: number, maxMessageBytes: number, place: string): BatchRefusal {
  return {
    errorCode: errorCodes.MESSAGE_TOO_LARGE,
    message: `The record batch size in the append to ${place} is ${bytes} bytes which exceeds the maximum configured value of ${maxMessageBytes}.`,
  }
}

function largerThanSegment(
  cursor: BatchCursor,
  { segmentBytes }: TopicSettings,
  place: string,
): BatchRefusal {
  return {
    errorCode: errorCodes.RECORD_LIST_TOO_LARGE,
    message: `Message batch size is ${cursor.length} bytes in append to partition ${place}, which exceeds the maximum configured segment size of ${segmentBytes}.`,
  }
}
