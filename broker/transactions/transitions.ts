import { errorCodes } from '../../lib/kafka/index.ts'
import {
  hasPartition,
  isEpochExhausted,
  isLargestEpoch,
  isPrepared,
  type TopicPartitions,
  type Transaction,
  type TransactionState,
  withPartitions,
} from './transaction.ts'

/** What a step is decided from. */
export interface Situation {
  transaction: Transaction
  /** An earlier step is being written. */
  isPending: boolean
  /** An id that no producer has, where the epochs of the present one are used up. */
  spareProducerId: number | undefined
  nowMs: number
}

/** Kafka's code, which may be that of success where there is nothing to do; or what to write down. */
export type Decision = { errorCode: number; next?: undefined } | { errorCode: 0; next: Transaction }

export interface ProducerIdentity {
  producerId: number
  epoch: number
}

export interface EndRequest extends ProducerIdentity {
  isCommit: boolean
}

/** Whether InitProducerId has to abort what is open first; then the producer asks once more. */
export function mustAbort(
  { transaction, isPending }: Situation,
  expected: ProducerIdentity | undefined,
): boolean {
  const isWelcome = expected === undefined || isKnown(transaction, expected)
  return transaction.state === 'Ongoing' && !isPending && isWelcome
}

/**
 * InitProducerId while no transaction is open: the next epoch, or where they are used up another producer id. A producer
 * that says who it is (`expected`, KIP-360) and is no longer the one we know is fenced; a repeated request is answered
 * as before.
 */
export function initialize(
  situation: Situation,
  timeoutMs: number,
  expected: ProducerIdentity | undefined,
): Decision {
  const { transaction, spareProducerId, nowMs } = situation
  const problem = initProblem(situation, expected)
  if (problem !== undefined) return problem
  const { producerEpoch, lastProducerEpoch } = transaction
  const begun = {
    state: 'Empty',
    timeoutMs,
    partitions: new Map(),
    startedAtMs: -1,
    updatedAtMs: nowMs,
  } as const
  const isCurrent = expected === undefined || expected.epoch === producerEpoch || producerEpoch === -1
  if (!isCurrent)
    return expected.epoch === lastProducerEpoch ? step(transaction, begun) : refuse('PRODUCER_FENCED')
  const last = expected === undefined ? -1 : producerEpoch
  if (!isEpochExhausted(producerEpoch))
    return step(transaction, { ...begun, producerEpoch: producerEpoch + 1, lastProducerEpoch: last })
  if (spareProducerId === undefined) return refuse('CONCURRENT_TRANSACTIONS')
  const rotated = { producerId: spareProducerId, producerEpoch: 0, lastProducerEpoch: last }
  return step(transaction, { ...begun, ...rotated })
}

function initProblem(
  { transaction, isPending }: Situation,
  expected: ProducerIdentity | undefined,
): Decision | undefined {
  if (isPending || transaction.state === 'Dead' || isPrepared(transaction))
    return refuse('CONCURRENT_TRANSACTIONS')
  if (expected !== undefined && !isKnown(transaction, expected)) return refuse('PRODUCER_FENCED')
  // whoever decides has it aborted first
  return transaction.state === 'Ongoing' ? refuse('CONCURRENT_TRANSACTIONS') : undefined
}

function isKnown(transaction: Transaction, expected: ProducerIdentity): boolean {
  return (
    transaction.producerEpoch === -1 ||
    expected.producerId === transaction.producerId ||
    (expected.producerId === transaction.previousProducerId && isEpochExhausted(expected.epoch))
  )
}

/**
 * Partitions that the transaction is about to write to; the first one begins it. A step under way is waited for before
 * anything is checked: the producer may go by the id and epoch that the step will bring (KIP-890).
 */
export function addPartitions(
  { transaction, isPending, nowMs }: Situation,
  { producerId, epoch }: ProducerIdentity,
  partitions: TopicPartitions,
  clientVersion: number,
): Decision {
  if (isPending) return refuse('CONCURRENT_TRANSACTIONS')
  if (transaction.producerId !== producerId || transaction.state === 'Dead')
    return refuse('INVALID_PRODUCER_ID_MAPPING')
  if (transaction.producerEpoch !== epoch) return refuse('PRODUCER_FENCED')
  if (isPrepared(transaction)) return refuse('CONCURRENT_TRANSACTIONS')
  const isOngoing = transaction.state === 'Ongoing'
  if (isOngoing && areAdded(transaction, partitions)) return refuse('NONE')
  return step(transaction, {
    state: 'Ongoing',
    partitions: withPartitions(isOngoing ? transaction.partitions : new Map(), partitions),
    startedAtMs: isOngoing ? transaction.startedAtMs : nowMs,
    updatedAtMs: nowMs,
    clientVersion,
  })
}

function areAdded(transaction: Transaction, asked: TopicPartitions): boolean {
  for (const [topic, partitions] of asked)
    for (const partition of partitions) if (!hasPartition(transaction, topic, partition)) return false
  return true
}

/** Whether a producer may write to its transaction now; in which partitions is another question. */
export function writeProblem(transaction: Transaction, { producerId, epoch }: ProducerIdentity): number {
  if (transaction.producerId !== producerId) return errorCodes.INVALID_PRODUCER_ID_MAPPING
  if (transaction.producerEpoch !== epoch) return errorCodes.PRODUCER_FENCED
  return isPrepared(transaction) ? errorCodes.CONCURRENT_TRANSACTIONS : errorCodes.NONE
}

/** EndTxn of the first protocol: the epoch stays as it is. */
export function endFirst({ transaction, isPending, nowMs }: Situation, request: EndRequest): Decision {
  const { isCommit } = request
  const { state } = transaction
  if (transaction.producerId !== request.producerId) return refuse('INVALID_PRODUCER_ID_MAPPING')
  if (transaction.producerEpoch !== request.epoch) return refuse('PRODUCER_FENCED')
  if (isPending) return refuse('CONCURRENT_TRANSACTIONS')
  if (state === 'Ongoing')
    return step(transaction, { state: prepared(isCommit), updatedAtMs: nowMs, clientVersion: 0 })
  if (state === prepared(isCommit)) return refuse('CONCURRENT_TRANSACTIONS')
  return refuse(state === completed(isCommit) ? 'NONE' : 'INVALID_TXN_STATE')
}

/**
 * EndTxn of the second protocol (KIP-890): each transaction has an epoch of its own, so the epoch says whether a request
 * is repeated. Nothing may be aborted too: a producer that does not know how far it got gets a new epoch by that.
 */
export function endSecond(situation: Situation, request: EndRequest): Decision {
  const { transaction, isPending } = situation
  const { isCommit } = request
  const { state } = transaction
  if (isPending) return refuse('CONCURRENT_TRANSACTIONS')
  const repeat = isRepeat(transaction, request)
  if (transaction.producerId !== request.producerId && repeat !== 'overflow')
    return refuse('INVALID_PRODUCER_ID_MAPPING')
  if (!isEpochValid(transaction, request, repeat !== undefined)) return refuse('PRODUCER_FENCED')
  switch (state) {
    case 'Ongoing':
      return prepare(situation, isCommit, false)
    case 'PrepareCommit':
    case 'PrepareAbort':
      return refuse(state === prepared(isCommit) ? 'CONCURRENT_TRANSACTIONS' : 'INVALID_TXN_STATE')
    default:
      if (repeat !== undefined) return refuse(state === completed(isCommit) ? 'NONE' : 'INVALID_TXN_STATE')
      return isCommit ? refuse('INVALID_TXN_STATE') : prepare(situation, false, true)
  }
}

/** A request that was carried out, as the producer was not told: one epoch behind, or of the producer id before. */
function isRepeat(
  transaction: Transaction,
  { producerId, epoch }: EndRequest,
): 'bump' | 'overflow' | undefined {
  if (transaction.producerEpoch === epoch + 1) return 'bump'
  const isOverflow =
    transaction.previousProducerId === producerId &&
    isEpochExhausted(epoch) &&
    !isLargestEpoch(epoch) &&
    transaction.producerEpoch === 0
  return isOverflow ? 'overflow' : undefined
}

function isEpochValid(transaction: Transaction, { epoch }: EndRequest, isRepeated: boolean): boolean {
  switch (transaction.state) {
    case 'PrepareCommit':
    case 'PrepareAbort':
      return transaction.producerEpoch === epoch + 1
    case 'CompleteCommit':
    case 'CompleteAbort':
      return isRepeated || transaction.producerEpoch === epoch
    default:
      return transaction.producerEpoch === epoch
  }
}

/**
 * Aborts an ongoing transaction for its producer, who took too long or has a successor. The epoch is raised as if the
 * producer had asked for it by the second protocol: it is shut out, but may ask for the epoch that it missed (KIP-360).
 */
export function fence(situation: Situation): Transaction {
  return prepareSecond(situation, false, -1, false)
}

function prepare(situation: Situation, isCommit: boolean, isBlank: boolean): Decision {
  const { transaction, spareProducerId } = situation
  const isExhausted = isEpochExhausted(transaction.producerEpoch)
  if (isExhausted && spareProducerId === undefined) return refuse('CONCURRENT_TRANSACTIONS')
  const nextProducerId = isExhausted ? (spareProducerId ?? -1) : -1
  return { errorCode: errorCodes.NONE, next: prepareSecond(situation, isCommit, nextProducerId, isBlank) }
}

function prepareSecond(
  { transaction, nowMs }: Situation,
  isCommit: boolean,
  nextProducerId: number,
  isBlank: boolean,
): Transaction {
  const { producerEpoch, startedAtMs } = transaction
  return {
    ...transaction,
    previousProducerId: transaction.producerId,
    state: prepared(isCommit),
    producerEpoch: isLargestEpoch(producerEpoch) ? producerEpoch : producerEpoch + 1,
    lastProducerEpoch: producerEpoch,
    nextProducerId,
    startedAtMs: isBlank ? nowMs : startedAtMs,
    updatedAtMs: nowMs,
    clientVersion: 2,
  }
}

/** The producer id and epoch to go on with after a transaction of the second protocol has been prepared. */
export function afterEnd({ producerId, producerEpoch, nextProducerId }: Transaction): ProducerIdentity {
  return nextProducerId >= 0 ? { producerId: nextProducerId, epoch: 0 } : { producerId, epoch: producerEpoch }
}

/** All markers are written. */
export function complete(transaction: Transaction, nowMs: number): Transaction {
  const { producerId, epoch: producerEpoch } = afterEnd(transaction)
  return {
    ...transaction,
    state: completed(transaction.state === 'PrepareCommit'),
    producerId,
    producerEpoch,
    previousProducerId: transaction.producerId,
    nextProducerId: -1,
    partitions: new Map(),
    updatedAtMs: nowMs,
  }
}

function prepared(isCommit: boolean): TransactionState {
  return isCommit ? 'PrepareCommit' : 'PrepareAbort'
}

function completed(isCommit: boolean): TransactionState {
  return isCommit ? 'CompleteCommit' : 'CompleteAbort'
}

function step(transaction: Transaction, change: Partial<Transaction>): Decision {
  const next = { ...transaction, previousProducerId: transaction.producerId, ...change }
  return { errorCode: errorCodes.NONE, next }
}

function refuse(name: keyof typeof errorCodes): Decision {
  return { errorCode: errorCodes[name] }
}
