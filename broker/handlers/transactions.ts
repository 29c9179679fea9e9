import { errorCodes } from '../../lib/kafka/index.ts'
import type { TopicTable } from '../topics/topic-table.ts'
import type { TopicPartitions } from '../transactions/transaction.ts'
import type { ProducerIdentity } from '../transactions/transitions.ts'

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
 * Kafka's codes for partitions that are added to a transaction all together or not at all: what is not there is said,
 * and the others are not attempted. Undefined where all are there.
 */
export function unknownPartitions(
  topics: TopicTable,
  asked: readonly { name: string; partitions: number[] }[],
): ((topic: string, partition: number) => number) | undefined {
  const isKnown = (topic: string, partition: number) => topics.get(topic)?.hasPartition(partition) === true
  if (asked.every(({ name, partitions }) => partitions.every(index => isKnown(name, index)))) return undefined
  return (topic, partition) =>
    isKnown(topic, partition) ? errorCodes.OPERATION_NOT_ATTEMPTED : errorCodes.UNKNOWN_TOPIC_OR_PARTITION
}
