import { OperatingError } from '../../lib/base/index.ts'
import type { KafkaClient, ProduceResult } from '../../lib/kafka/client/index.ts'
import { BatchCursor, errorCodes, readRecords, validateBatch } from '../../lib/kafka/index.ts'

interface Producer {
  epoch: number
  /** The last five batches, as a broker remembers them. */
  batches: { base: number; last: number; offset: number }[]
}

/** What goes wrong with one produce request. */
export type Fault = 'none' | 'lost-request' | 'lost-answer' | 'not-leader' | 'slow'

/**
 * A cluster in memory for tests of the agent: keeps what is produced and judges sequences as Kafka does (the last five
 * batches of a producer; the first sequence of an unknown one is 0, or any).
 */
export class FakeKafka {
  readonly partitions = new Map<string, Buffer[]>()
  readonly values = new Map<string, Buffer[]>()
  faultOf: () => Fault = () => 'none'
  /** Refuses batches for good, by Kafka's error code; 0 takes them. */
  refuse: (batch: BatchCursor) => number = () => 0
  /** Newer brokers want a producer that they do not know to begin at 0. */
  wantsFirstSequenceZero = true
  partitionCount = 4
  reachable = true
  readonly #producers = new Map<string, Producer>()
  #nextProducer = 1000n

  /** All record values of a topic, in the order of each partition. */
  valuesOf(topic: string): Buffer[] {
    return [...this.values].filter(([key]) => key.startsWith(`${topic}-`)).flatMap(([, values]) => values)
  }

  forgetProducers(): void {
    this.#producers.clear()
  }

  client(): KafkaClient {
    const refused = (): Promise<never> => Promise.reject(new Error('not part of the fake'))
    return {
      metadata: () => refused(),
      ensureTopic: name => this.#ask(() => this.#topic(name)),
      produce: (topic, partition, batch) => this.#produce(topic, partition, Buffer.from(batch)),
      initProducerId: () => this.#ask(() => ({ producerId: this.#nextProducer++, producerEpoch: 0 })),
      describeProducer: (topic, partition, id) => this.#ask(() => this.#describe(topic, partition, id)),
      listOffset: (topic, partition) =>
        this.#ask(() => this.values.get(`${topic}-${partition}`)?.length ?? 0),
      openFetcher: () => {
        throw new Error('not part of the fake')
      },
      committed: () => refused(),
      listGroups: () => refused(),
      describeGroup: () => refused(),
      joinGroup: () => refused(),
      close: () => Promise.resolve(),
    }
  }

  async #ask<T>(answer: () => T): Promise<T> {
    await new Promise(resolve => setImmediate(resolve))
    if (!this.reachable) throw unreachable()
    return answer()
  }

  #topic(name: string) {
    return { name, topicId: '', leaders: new Array<number>(this.partitionCount).fill(1) }
  }

  #describe(topic: string, partition: number, id: bigint) {
    const found = this.#producers.get(`${topic}-${partition}/${id}`)
    const last = found?.batches.at(-1)?.last
    return found === undefined || last === undefined
      ? undefined
      : { producerEpoch: found.epoch, lastSequence: last }
  }

  async #produce(topic: string, partition: number, batch: Buffer): Promise<ProduceResult> {
    const fault = this.faultOf()
    await new Promise(resolve => (fault === 'slow' ? setTimeout(resolve, 2) : setImmediate(resolve)))
    if (!this.reachable || fault === 'lost-request') throw unreachable()
    if (fault === 'not-leader') return result(errorCodes.NOT_LEADER_OR_FOLLOWER)
    const answer = this.#append(`${topic}-${partition}`, batch)
    if (fault === 'lost-answer') throw unreachable()
    return answer
  }

  #append(partition: string, bytes: Buffer): ProduceResult {
    const batch = new BatchCursor(bytes)
    if (!batch.next() || validateBatch(batch) !== undefined) return result(errorCodes.CORRUPT_MESSAGE)
    const refusal = this.refuse(batch)
    if (refusal !== 0) return result(refusal)
    const values = this.values.get(partition) ?? []
    this.values.set(partition, values)
    if (batch.hasProducerId) {
      const judged = this.#judge(partition, batch, values.length)
      if (judged !== undefined) return judged
    }
    const offset = values.length
    for (const record of readRecords(batch)) values.push(Buffer.from(record.value ?? Buffer.alloc(0)))
    this.partitions.set(partition, [...(this.partitions.get(partition) ?? []), bytes])
    return result(0, offset)
  }

  #judge(partition: string, batch: BatchCursor, offset: number): ProduceResult | undefined {
    const key = `${partition}/${batch.producerId}`
    const known = this.#producers.get(key) ?? { epoch: batch.producerEpoch, batches: [] }
    const base = batch.baseSequence
    const last = (base + batch.count - 1) % 2 ** 31
    const again = known.batches.find(b => b.base === base && b.last === last)
    if (again !== undefined) return result(0, again.offset)
    const before = known.batches.at(-1)
    if (before === undefined && this.wantsFirstSequenceZero && base !== 0)
      return result(errorCodes.OUT_OF_ORDER_SEQUENCE_NUMBER)
    if (before !== undefined && (before.last + 1) % 2 ** 31 !== base)
      return result(errorCodes.OUT_OF_ORDER_SEQUENCE_NUMBER)
    known.batches = [...known.batches, { base, last, offset }].slice(-5)
    this.#producers.set(key, known)
    return undefined
  }
}

function result(errorCode: number, baseOffset = -1): ProduceResult {
  return { errorCode, baseOffset, message: null }
}

function unreachable(): OperatingError {
  return new OperatingError('KAFKA_UNREACHABLE', 'no answer from the broker: is it running?')
}
