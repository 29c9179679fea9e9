import type { ProducerIdentity } from './transitions.ts'

/** Kafka's error code, and with which id and epoch a producer goes on. */
export interface InitOutcome extends ProducerIdentity {
  errorCode: number
}

export const noProducer = { producerId: -1, epoch: -1 }

export function outcome(errorCode: number, producer: ProducerIdentity): InitOutcome {
  return errorCode === 0 ? { errorCode, ...producer } : { errorCode, ...noProducer }
}
