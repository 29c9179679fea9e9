import { setTimeout as sleep } from 'node:timers/promises'
import { apis, type RequestInput, writeBatch } from '../../lib/kafka/index.ts'
import { record, type Scene } from './scene.ts'

export interface ProducerSession {
  producerId: bigint
  producerEpoch: number
}

const retryUntilDone = 51
const retryMs = 5
const maxTries = 4_000

/** A transactional producer that says what a test wants: by the first protocol, or the second (KIP-890). */
export class TransactionalProducer implements ProducerSession {
  readonly #scene: Pick<Scene, 'client'>
  readonly transactionalId: string
  readonly #isSecond: boolean
  producerId = -1n
  producerEpoch = -1
  readonly #sequences = new Map<string, number>()

  constructor(scene: Pick<Scene, 'client'>, transactionalId: string, protocol: 1 | 2) {
    this.#scene = scene
    this.transactionalId = transactionalId
    this.#isSecond = protocol === 2
  }

  /** Asks again while what was open is being aborted. Kafka's error code is the result, here and below. */
  async init(options: { timeoutMs?: number; expected?: ProducerSession; version?: number } = {}) {
    for (let tries = 0; ; tries++) {
      if (tries > maxTries) throw new Error('CONCURRENT_TRANSACTIONS for ever')
      if (tries > 0) await sleep(retryMs)
      const answer = await this.#scene.client.send(apis.initProducerId, options.version ?? 5, {
        transactionalId: this.transactionalId,
        transactionTimeoutMs: options.timeoutMs ?? 60_000,
        ...options.expected,
      })
      if (answer.errorCode === 0) this.adopt(answer)
      if (answer.errorCode !== retryUntilDone) return answer.errorCode
    }
  }

  adopt({ producerId, producerEpoch }: ProducerSession): void {
    this.producerId = producerId
    this.producerEpoch = producerEpoch
    this.#sequences.clear()
  }

  get session(): ProducerSession {
    return { producerId: this.producerId, producerEpoch: this.producerEpoch }
  }

  /** Adds the partition where the protocol asks for it, then writes one record to partition 0. */
  async write(value: string, topic = 't'): Promise<number> {
    if (!this.#isSecond) {
      const added = await this.add(topic)
      if (added !== 0) return added
    }
    return (await this.produce(value, topic)).errorCode
  }

  async produce(
    value: string,
    topic = 't',
    options: { version?: number; sequence?: number; transactionalId?: string | null } = {},
  ) {
    const baseSequence = options.sequence ?? this.#sequences.get(topic) ?? 0
    const records = writeBatch([record(value, Date.now())], {
      ...this.session,
      baseSequence,
      isTransactional: true,
    })
    const response = await this.#scene.client.send(
      apis.produce,
      options.version ?? (this.#isSecond ? 12 : 9),
      {
        transactionalId:
          options.transactionalId === undefined ? this.transactionalId : options.transactionalId,
        acks: -1,
        timeoutMs: 1000,
        topicData: [{ name: topic, partitionData: [{ index: 0, records }] }],
      },
    )
    const { errorCode = -1, baseOffset = -1 } = response.responses[0]?.partitionResponses[0] ?? {}
    if (errorCode === 0) this.#sequences.set(topic, baseSequence + 1)
    return { errorCode, baseOffset }
  }

  async add(topic: string, version = 3): Promise<number> {
    const response = await this.#scene.client.send(apis.addPartitionsToTxn, version, {
      v3AndBelowTransactionalId: this.transactionalId,
      v3AndBelowProducerId: Number(this.producerId),
      v3AndBelowProducerEpoch: this.producerEpoch,
      v3AndBelowTopics: [{ name: topic, partitions: [0] }],
    })
    return response.resultsByTopicV3AndBelow[0]?.resultsByPartition[0]?.partitionErrorCode ?? -1
  }

  async addOffsets(groupId: string): Promise<number> {
    const request = { transactionalId: this.transactionalId, ...this.session, groupId }
    return (await this.#scene.client.send(apis.addOffsetsToTxn, 3, request)).errorCode
  }

  /** Of partition 0 of topic t. */
  async commitOffset(
    groupId: string,
    committedOffset: number,
    member: Partial<RequestInput<typeof apis.txnOffsetCommit>> = {},
  ): Promise<number> {
    const response = await this.#scene.client.send(apis.txnOffsetCommit, this.#isSecond ? 5 : 3, {
      transactionalId: this.transactionalId,
      groupId,
      ...this.session,
      topics: [{ name: 't', partitions: [{ partitionIndex: 0, committedOffset, committedMetadata: 'm' }] }],
      ...member,
    })
    return response.topics[0]?.partitions[0]?.errorCode ?? -1
  }

  /** Takes over the epoch that the second protocol answers with. */
  async end(committed: boolean, version = this.#isSecond ? 5 : 3): Promise<number> {
    const request = { transactionalId: this.transactionalId, ...this.session, committed }
    const answer = await this.#scene.client.send(apis.endTxn, version, request)
    if (answer.errorCode === 0 && this.#isSecond) this.adopt(answer)
    return answer.errorCode
  }

  async state(): Promise<string> {
    const response = await this.#scene.client.send(apis.describeTransactions, 0, {
      transactionalIds: [this.transactionalId],
    })
    return response.transactionStates[0]?.transactionState ?? ''
  }
}
