/** Kafka keeps as many batches of a producer; clients have at most five in flight. */
const windowSize = 5
/** Kafka's producer.id.expiration.ms. */
export const producerExpiryMs = 86_400_000

export interface ProducedBatch {
  firstSequence: number
  lastSequence: number
  timestampMs: number
  /** Unknown while the batch is being written. */
  lastOffset: number | undefined
  /** Settles when it is written; rejects with the write. */
  written: Promise<number> | undefined
}

export interface Producer {
  producerId: number
  epoch: number
  /** The newest last. */
  batches: ProducedBatch[]
  lastActiveMs: number
}

export interface BatchIdentity {
  producerId: number
  epoch: number
  firstSequence: number
  count: number
}

export type SequenceCheck =
  | { outcome: 'next' }
  | { outcome: 'duplicate'; batch: ProducedBatch }
  | { outcome: 'out-of-order' }
  | { outcome: 'old-epoch' }

/**
 * What a partition remembers of idempotent producers (KIP-98): enough to see that a batch was sent twice, or that one
 * before it is missing. No I/O: batches enter when their write begins and leave again when it fails.
 */
export class Producers {
  readonly #producers = new Map<number, Producer>()

  get size(): number {
    return this.#producers.size
  }
  all(): Iterable<Producer> {
    return this.#producers.values()
  }

  check(batch: BatchIdentity): SequenceCheck {
    const known = this.#producers.get(batch.producerId)
    // a partition that has never seen the producer, or forgot it, takes any sequence
    if (known === undefined) return { outcome: 'next' }
    if (batch.epoch < known.epoch) return { outcome: 'old-epoch' }
    if (batch.epoch > known.epoch) return { outcome: batch.firstSequence === 0 ? 'next' : 'out-of-order' }
    const lastSequence = addSequence(batch.firstSequence, batch.count - 1)
    const same = known.batches.find(
      b => b.firstSequence === batch.firstSequence && b.lastSequence === lastSequence,
    )
    if (same !== undefined) return { outcome: 'duplicate', batch: same }
    const newest = known.batches.at(-1)
    if (newest === undefined || batch.firstSequence === addSequence(newest.lastSequence, 1))
      return { outcome: 'next' }
    return { outcome: 'out-of-order' }
  }

  /** Takes note of a batch whose check said `next`. */
  add(identity: BatchIdentity, timestampMs: number, nowMs: number): ProducedBatch {
    const batch: ProducedBatch = {
      firstSequence: identity.firstSequence,
      lastSequence: addSequence(identity.firstSequence, identity.count - 1),
      timestampMs,
      lastOffset: undefined,
      written: undefined,
    }
    const producer = this.#producerOf(identity)
    if (identity.epoch !== producer.epoch) {
      producer.epoch = identity.epoch
      producer.batches = []
    }
    producer.lastActiveMs = nowMs
    producer.batches.push(batch)
    if (producer.batches.length > windowSize) producer.batches.shift()
    return batch
  }

  /** The write failed: as if the batch had never come. */
  remove(producerId: number, batch: ProducedBatch): void {
    const producer = this.#producers.get(producerId)
    if (producer === undefined) return
    producer.batches = producer.batches.filter(b => b !== batch)
    if (producer.batches.length === 0) this.#producers.delete(producerId)
  }

  /** From a snapshot. */
  restore(producer: Producer): void {
    this.#producers.set(producer.producerId, producer)
  }

  expire(nowMs: number): void {
    for (const [id, producer] of this.#producers)
      if (nowMs - producer.lastActiveMs > producerExpiryMs) this.#producers.delete(id)
  }

  #producerOf({ producerId, epoch }: BatchIdentity): Producer {
    const known = this.#producers.get(producerId)
    if (known !== undefined) return known
    const producer: Producer = { producerId, epoch, batches: [], lastActiveMs: 0 }
    this.#producers.set(producerId, producer)
    return producer
  }
}

/** Sequences run from 0 to 2^31-1 and begin again. */
export function addSequence(sequence: number, amount: number): number {
  return (sequence + amount) % 0x8000_0000
}
