/** The states of a transaction; a state's place is its number in the log. */
export const transactionStates = [
  'Empty',
  'Ongoing',
  'PrepareCommit',
  'PrepareAbort',
  'CompleteCommit',
  'CompleteAbort',
  'Dead',
  'PrepareEpochFence',
] as const
export type TransactionState = (typeof transactionStates)[number]

/** Partitions by topic. */
export type TopicPartitions = ReadonlyMap<string, ReadonlySet<number>>

/**
 * What is known of a transactional id. A state is never changed: each step makes the next one, which counts as soon as
 * it is in the log.
 */
export interface Transaction {
  readonly transactionalId: string
  readonly producerId: number
  /** Before the last step; -1 before the first. */
  readonly previousProducerId: number
  /** That the producer was told of, where the present one has no epochs left (KIP-890); else -1. */
  readonly nextProducerId: number
  /** -1 for an id that no producer has been given yet. */
  readonly producerEpoch: number
  readonly lastProducerEpoch: number
  readonly timeoutMs: number
  readonly state: TransactionState
  readonly partitions: TopicPartitions
  /** When its first partition was added; -1 before. */
  readonly startedAtMs: number
  readonly updatedAtMs: number
  /** Of the protocol its producer speaks: 2 bumps the epoch with each transaction (KIP-890). */
  readonly clientVersion: number
}

/** Kafka never gives out the largest epoch, so that a producer can always be fenced. */
const maxEpoch = 32_767

export function isEpochExhausted(epoch: number): boolean {
  return epoch >= maxEpoch - 1
}

export function isLargestEpoch(epoch: number): boolean {
  return epoch === maxEpoch
}

export function newTransaction(
  transactionalId: string,
  producerId: number,
  timeoutMs: number,
  nowMs: number,
): Transaction {
  return {
    transactionalId,
    producerId,
    previousProducerId: -1,
    nextProducerId: -1,
    producerEpoch: -1,
    lastProducerEpoch: -1,
    timeoutMs,
    state: 'Empty',
    partitions: new Map(),
    startedAtMs: -1,
    updatedAtMs: nowMs,
    clientVersion: 0,
  }
}

export function hasPartition({ partitions }: Transaction, topic: string, partition: number): boolean {
  return partitions.get(topic)?.has(partition) === true
}

/** Whether a marker is still to be written to some partition. */
export function isPrepared({ state }: Transaction): boolean {
  return state === 'PrepareCommit' || state === 'PrepareAbort'
}

export function isTimedOut(transaction: Transaction, nowMs: number): boolean {
  return transaction.state === 'Ongoing' && transaction.startedAtMs + transaction.timeoutMs < nowMs
}

/** Nothing is open, and nobody has used it for so long. */
export function isExpired({ state, updatedAtMs }: Transaction, expirationMs: number, nowMs: number): boolean {
  const isIdle = state === 'Empty' || state === 'CompleteCommit' || state === 'CompleteAbort'
  return isIdle && updatedAtMs + expirationMs <= nowMs
}

export function withPartitions(known: TopicPartitions, added: TopicPartitions): TopicPartitions {
  const all = new Map(known)
  for (const [topic, partitions] of added)
    all.set(topic, new Set([...(known.get(topic) ?? []), ...partitions]))
  return all
}
