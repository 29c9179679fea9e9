import type { BatchCursor } from '../../lib/kafka/index.ts'
import { type OpenTransaction, OpenTransactions } from './open-transactions.ts'

/** Kafka keeps as many batches of a producer; clients have at most five in flight. */
const windowSize = 5

export interface ProducedBatch {
  /** -1 for what the broker writes itself on behalf of a producer. */
  firstSequence: number
  lastSequence: number
  timestampMs: number
  /** Unknown while the batch is being written. */
  lastOffset: number | undefined
  /** Settles when it is written; rejects with the write. */
  written: Promise<number> | undefined
  transaction?: OpenTransaction | undefined
}

export interface Producer {
  producerId: number
  epoch: number
  /** Of the last marker; -1 before the first. */
  coordinatorEpoch: number
  /** The newest last: five that are written, and those that are being written. */
  batches: ProducedBatch[]
  lastActiveMs: number
  transaction: OpenTransaction | undefined
}

export interface BatchIdentity {
  producerId: number
  epoch: number
  firstSequence: number
  count: number
  isTransactional: boolean
}

/** The end of a transaction in one partition. */
export interface Marker {
  producerId: number
  epoch: number
  isCommit: boolean
  coordinatorEpoch: number
  /** 2: the epoch is one above that of the records (KIP-890). */
  transactionVersion: number
}

export type SequenceCheck =
  | { outcome: 'next' }
  | { outcome: 'duplicate'; batch: ProducedBatch }
  | { outcome: 'out-of-order' }
  | { outcome: 'old-epoch' }
  | { outcome: 'in-transaction' }

export type MarkerCheck = 'next' | 'old-epoch' | 'old-coordinator'

/**
 * What a partition remembers of producers (KIP-98): enough to see that a batch was sent twice, or that one before it is
 * missing, and which transactions are open. No I/O: batches enter when their write begins and leave again when it fails.
 */
export class Producers {
  readonly transactions = new OpenTransactions()
  readonly #producers = new Map<number, Producer>()

  get size(): number {
    return this.#producers.size
  }
  all(): Iterable<Producer> {
    return this.#producers.values()
  }

  /** `startsAtZero`: a producer that is not known has to begin with sequence 0 (transactions v2, KIP-890). */
  check(batch: BatchIdentity, startsAtZero = false): SequenceCheck {
    const known = this.#producers.get(batch.producerId)
    // a partition that has never seen the producer, or forgot it, takes any sequence
    if (known === undefined)
      return { outcome: startsAtZero && batch.firstSequence !== 0 ? 'out-of-order' : 'next' }
    if (batch.epoch < known.epoch) return { outcome: 'old-epoch' }
    const same = batch.epoch === known.epoch ? sameBatch(known, batch) : undefined
    if (same !== undefined) return { outcome: 'duplicate', batch: same }
    if (known.transaction !== undefined && !batch.isTransactional) return { outcome: 'in-transaction' }
    const newest = batch.epoch === known.epoch ? known.batches.at(-1) : undefined
    const next = newest === undefined ? 0 : addSequence(newest.lastSequence, 1)
    return { outcome: batch.firstSequence === next ? 'next' : 'out-of-order' }
  }

  /** As `check`, of batches that the broker writes on behalf of a producer: they have no sequence. */
  isOldEpoch({ producerId, epoch }: BatchIdentity): boolean {
    return epoch < (this.#producers.get(producerId)?.epoch ?? -1)
  }

  /** Takes note of a batch that may be written. `endOffset`: where the log ends now. */
  add(identity: BatchIdentity, timestampMs: number, nowMs: number, endOffset: number): ProducedBatch {
    const producer = this.#producerOf(identity)
    setEpoch(producer, identity.epoch)
    const batch: ProducedBatch = {
      firstSequence: identity.firstSequence,
      lastSequence: lastSequenceOf(identity),
      timestampMs,
      lastOffset: undefined,
      written: undefined,
    }
    if (identity.isTransactional) {
      producer.transaction ??= this.transactions.begin(identity.producerId, endOffset)
      producer.transaction.writing++
      batch.transaction = producer.transaction
    }
    producer.lastActiveMs = nowMs
    producer.batches.push(batch)
    return batch
  }

  written(producerId: number, batch: ProducedBatch, baseOffset: number, lastOffset: number): void {
    batch.lastOffset = lastOffset
    batch.written = undefined
    if (batch.transaction !== undefined) this.transactions.written(batch.transaction, baseOffset)
    batch.transaction = undefined
    const batches = this.#producers.get(producerId)?.batches ?? []
    if (batches.length <= windowSize) return
    // those that are being written are the newest, and do not count before they are
    let writing = 0
    while (batches[batches.length - 1 - writing]?.lastOffset === undefined) writing++
    batches.splice(0, Math.max(0, batches.length - writing - windowSize))
  }

  /** The write failed: as if the batch had never come. */
  remove(producerId: number, batch: ProducedBatch): void {
    const producer = this.#producers.get(producerId)
    const { transaction } = batch
    const isLeft = transaction !== undefined && this.transactions.failed(transaction)
    if (producer === undefined) return
    if (producer.transaction === transaction && !isLeft) producer.transaction = undefined
    producer.batches = producer.batches.filter(b => b !== batch)
    const isBlank = producer.batches.length === 0 && producer.coordinatorEpoch < 0
    if (isBlank && producer.transaction === undefined) this.#producers.delete(producerId)
  }

  checkMarker({ producerId, epoch, coordinatorEpoch, transactionVersion }: Marker): MarkerCheck {
    const known = this.#producers.get(producerId)
    if (known === undefined) return 'next'
    // the same epoch again, with nothing open: a marker that is repeated (KIP-1228)
    const isStale = transactionVersion >= 2 && epoch === known.epoch && known.transaction !== undefined
    if (epoch < known.epoch || isStale) return 'old-epoch'
    return coordinatorEpoch < known.coordinatorEpoch ? 'old-coordinator' : 'next'
  }

  /** A marker is about to be written: what comes after it belongs to another transaction. */
  detach(producerId: number): OpenTransaction | undefined {
    const producer = this.#producers.get(producerId)
    const transaction = producer?.transaction
    if (producer !== undefined) producer.transaction = undefined
    return transaction
  }

  /** The marker could not be written. */
  reattach(transaction: OpenTransaction): void {
    const producer = this.#producers.get(transaction.producerId)
    // the batches before the marker may have been lost with it
    if (producer !== undefined && this.transactions.has(transaction)) producer.transaction ??= transaction
  }

  /** The marker is in the log. Readers are held back until `transactions.close`. */
  end(marker: Marker, transaction: OpenTransaction | undefined, timestampMs: number): void {
    const producer = this.#producerOf(marker)
    setEpoch(producer, Math.max(producer.epoch, marker.epoch))
    producer.coordinatorEpoch = marker.coordinatorEpoch
    producer.lastActiveMs = timestampMs
    if (transaction !== undefined) transaction.isEnded = true
  }

  /** From a snapshot; those of open transactions in the order of their first offsets. */
  restore(producer: Producer, transactionFirstOffset: number | undefined): void {
    this.#producers.set(producer.producerId, producer)
    if (transactionFirstOffset === undefined) return
    producer.transaction = this.transactions.begin(producer.producerId, transactionFirstOffset)
    producer.transaction.isPlaced = true
  }

  /** Forgets those that have written nothing for so long (Kafka's producer.id.expiration.ms). */
  expire(nowMs: number, producerExpiryMs: number): void {
    for (const [id, producer] of this.#producers) {
      const isIdle = nowMs - producer.lastActiveMs > producerExpiryMs
      if (isIdle && producer.transaction === undefined) this.#producers.delete(id)
    }
  }

  #producerOf({ producerId, epoch }: { producerId: number; epoch: number }): Producer {
    const known = this.#producers.get(producerId)
    if (known !== undefined) return known
    const blank = { batches: [], lastActiveMs: 0, transaction: undefined }
    const producer: Producer = { producerId, epoch, coordinatorEpoch: -1, ...blank }
    this.#producers.set(producerId, producer)
    return producer
  }
}

/** A new epoch begins anew. */
function setEpoch(producer: Producer, epoch: number): void {
  if (epoch === producer.epoch) return
  producer.epoch = epoch
  producer.batches = []
}

function sameBatch(producer: Producer, identity: BatchIdentity): ProducedBatch | undefined {
  const lastSequence = lastSequenceOf(identity)
  return producer.batches.find(
    b => b.firstSequence === identity.firstSequence && b.lastSequence === lastSequence,
  )
}

function lastSequenceOf({ firstSequence, count }: BatchIdentity): number {
  return firstSequence < 0 ? -1 : addSequence(firstSequence, count - 1)
}

/** Sequences run from 0 to 2^31-1 and begin again. */
export function addSequence(sequence: number, amount: number): number {
  return (sequence + amount) % 0x8000_0000
}

/** Of the batch the cursor stands on. */
export function identityOf(cursor: BatchCursor): BatchIdentity {
  return {
    producerId: Number(cursor.producerId),
    epoch: cursor.producerEpoch,
    firstSequence: cursor.baseSequence,
    count: cursor.count,
    isTransactional: cursor.isTransactional,
  }
}
