import { errorCodes } from '../../lib/kafka/index.ts'
import type { RecordError } from './check-batch.ts'

/** What a batch handed to a partition leads to. */
export interface ProduceOutcome {
  errorCode: number
  baseOffset: number
  message: string | null
  recordErrors?: readonly RecordError[]
  /** When the broker got it, where its records count as of then. */
  logAppendTimeMs?: number
}

/** Another incarnation of the producer is at work. */
export function oldEpoch(): ProduceOutcome {
  return refused(errorCodes.INVALID_PRODUCER_EPOCH, 'the producer has a newer epoch')
}

export function refused(errorCode: number, message: string): ProduceOutcome {
  return { errorCode, baseOffset: -1, message }
}
