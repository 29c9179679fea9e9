import { errorCodes } from '../../lib/kafka/index.ts'

export type Outcome =
  /** In the topic. */
  | 'done'
  /** Not now; the same again. */
  | 'retry'
  /** The broker's count of our sequence is not ours. */
  | 'resync'
  /** The times of its records are not acceptable: others are. */
  | 'times'
  /** Never: the batch itself is not acceptable. */
  | 'refused'

/** Answers that are about the batch and that no waiting changes. */
const refused: ReadonlySet<number> = new Set([
  errorCodes.MESSAGE_TOO_LARGE,
  errorCodes.RECORD_LIST_TOO_LARGE,
  errorCodes.INVALID_RECORD,
  errorCodes.UNSUPPORTED_COMPRESSION_TYPE,
  errorCodes.UNSUPPORTED_FOR_MESSAGE_FORMAT,
])

const resync: ReadonlySet<number> = new Set([
  errorCodes.OUT_OF_ORDER_SEQUENCE_NUMBER,
  errorCodes.UNKNOWN_PRODUCER_ID,
  errorCodes.INVALID_PRODUCER_EPOCH,
  errorCodes.PRODUCER_FENCED,
  errorCodes.INVALID_PRODUCER_ID_MAPPING,
])

/** A damaged batch is checked before it is sent, so CORRUPT_MESSAGE is the network's doing unless it repeats itself. */
const maxCorruptAnswers = 3

/**
 * What follows from the broker's answer. Whatever is not known here is retried: a batch is given up only for a reason
 * that is the batch's own.
 */
export function outcomeOf(errorCode: number, corruptAnswers: number): Outcome {
  // DUPLICATE_SEQUENCE_NUMBER: it is there, only too far back for the broker to say where
  if (errorCode === errorCodes.NONE || errorCode === errorCodes.DUPLICATE_SEQUENCE_NUMBER) return 'done'
  if (refused.has(errorCode)) return 'refused'
  if (resync.has(errorCode)) return 'resync'
  if (errorCode === errorCodes.INVALID_TIMESTAMP) return 'times'
  if (errorCode === errorCodes.CORRUPT_MESSAGE && corruptAnswers >= maxCorruptAnswers) return 'refused'
  return 'retry'
}
