import {
  type KafkaRecord,
  Reader,
  type RecordInput,
  transactionLogKey,
  transactionLogValue,
  versionedFromBuffer,
  versionedToBuffer,
} from '../../lib/kafka/index.ts'
import { type TopicPartitions, type Transaction, transactionStates } from './transaction.ts'

/** Records of `__transaction_state` in Kafka's own formats; one without a value takes the transactional id back. */
const keyVersion = 0
/** The first with tagged fields, which Kafka writes as soon as transactions v2 are on. */
const valueVersion = 1

export function transactionRecord(transaction: Transaction, nowMs: number): RecordInput {
  const { state, partitions } = transaction
  const value = versionedToBuffer(transactionLogValue, valueVersion, {
    producerId: BigInt(transaction.producerId),
    previousProducerId: transaction.previousProducerId,
    nextProducerId: transaction.nextProducerId,
    producerEpoch: transaction.producerEpoch,
    transactionTimeoutMs: transaction.timeoutMs,
    transactionStatus: transactionStates.indexOf(state),
    transactionPartitions:
      state === 'Empty' ? null : [...partitions].map(([topic, ids]) => ({ topic, partitionIds: [...ids] })),
    transactionLastUpdateTimestampMs: transaction.updatedAtMs,
    transactionStartTimestampMs: transaction.startedAtMs,
    clientTransactionVersion: transaction.clientVersion,
  })
  return { key: keyOf(transaction.transactionalId), value, timestampMs: nowMs, headers: [] }
}

export function transactionTombstone(transactionalId: string, nowMs: number): RecordInput {
  return { key: keyOf(transactionalId), value: null, timestampMs: nowMs, headers: [] }
}

function keyOf(transactionalId: string): Buffer {
  return versionedToBuffer(transactionLogKey, keyVersion, { transactionalId })
}

export interface TransactionEvent {
  transactionalId: string
  /** Null: it has been forgotten. */
  transaction: Transaction | null
}

/** Undefined for kinds we do not know, as newer brokers may have written. */
export function readTransactionEvent({ key, value }: KafkaRecord): TransactionEvent | undefined {
  if (key === null) return undefined
  const reader = new Reader(key)
  if (reader.int16() !== keyVersion) return undefined
  const { transactionalId } = transactionLogKey.read(reader, keyVersion)
  return { transactionalId, transaction: value && readTransaction(transactionalId, value) }
}

function readTransaction(transactionalId: string, bytes: Buffer): Transaction {
  const value = versionedFromBuffer(transactionLogValue, bytes)
  return {
    transactionalId,
    producerId: Number(value.producerId),
    previousProducerId: value.previousProducerId,
    nextProducerId: value.nextProducerId,
    producerEpoch: value.producerEpoch,
    // Kafka does not write it either: a retry of before a restart is fenced
    lastProducerEpoch: -1,
    timeoutMs: value.transactionTimeoutMs,
    state: transactionStates[value.transactionStatus] ?? 'Empty',
    partitions: partitionsOf(value.transactionPartitions ?? []),
    startedAtMs: value.transactionStartTimestampMs,
    updatedAtMs: value.transactionLastUpdateTimestampMs,
    clientVersion: value.clientTransactionVersion,
  }
}

function partitionsOf(topics: readonly { topic: string; partitionIds: number[] }[]): TopicPartitions {
  return new Map(topics.map(({ topic, partitionIds }) => [topic, new Set(partitionIds)]))
}
