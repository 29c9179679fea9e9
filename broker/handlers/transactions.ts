import { errorCodes } from '../../lib/kafka/index.ts'
import type { TopicPartitions } from '../transactions/transaction.ts'
import type { ProducerIdentity } from '../transactions/transitions.ts'
import { accessProblem } from './authorized.ts'
import type { RequestContext } from './handler.ts'

export function producerOf(request: { producerId: bigint; producerEpoch: number }): ProducerIdentity {
  return { producerId: Number(request.producerId), epoch: request.producerEpoch }
}

/** Clients before KIP-588 know no PRODUCER_FENCED; to them it is an old epoch. */
export function fencedCode(errorCode: number, knowsFenced: boolean): number {
  return errorCode === errorCodes.PRODUCER_FENCED && !knowsFenced
    ? errorCodes.INVALID_PRODUCER_EPOCH
    : errorCode
}

export function partitionsOf(topics: readonly { name: string; partitions: number[] }[]): TopicPartitions {
  return new Map(topics.map(({ name, partitions }) => [name, new Set(partitions)]))
}

/**
 * Kafka's codes for partitions that are added to a transaction all together or not at all: what is not there or not
 * allowed is said, and the others are not attempted. Undefined where all can be written to.
 */
export function unavailablePartitions(
  context: RequestContext,
  asked: readonly { name: string; partitions: number[] }[],
): ((topic: string, partition: number) => number) | undefined {
  const { topics } = context.services
  const codeOf = (topic: string, partition: number) => {
    const denied = accessProblem(context, 'WRITE', 'TOPIC', topic)
    if (denied !== 0) return denied
    const isKnown = topics.get(topic)?.hasPartition(partition) === true
    return isKnown ? errorCodes.NONE : errorCodes.UNKNOWN_TOPIC_OR_PARTITION
  }
  if (asked.every(({ name, partitions }) => partitions.every(index => codeOf(name, index) === 0)))
    return undefined
  return (topic, partition) => codeOf(topic, partition) || errorCodes.OPERATION_NOT_ATTEMPTED
}
