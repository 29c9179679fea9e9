import type { Logger } from '../../lib/base/index.ts'
import type { KafkaClient } from '../../lib/kafka/client/index.ts'
import type { Lane } from '../spool/lane.ts'
import type { LaneProducer, LaneState } from './lane-state.ts'
import { noteResume } from './note-resume.ts'
import { partitionOf } from './partition.ts'
import { resumeAt } from './resume.ts'
import type { StateKeeper } from './state-keeper.ts'

export interface BindingOptions {
  lane: Pick<Lane, 'name' | 'topic' | 'log'>
  agentId: string
  partitions: number
  state: LaneState
  keeper: StateKeeper
  client: KafkaClient
  logger: Logger
}

/** What a lane is bound to at the brokers: its topic and partition, its producer, and from where on it is to be sent. */
export class Binding {
  readonly #options: BindingOptions

  constructor(options: BindingOptions) {
    this.#options = options
  }

  get topic(): string {
    return this.#options.state.binding?.topic ?? this.#options.lane.topic
  }

  /** -1 until the brokers were first reached. */
  get partition(): number {
    return this.#options.state.binding?.partition ?? -1
  }

  /** Asks the brokers; what was known may be gone. Errors: those of the client. */
  async find(): Promise<void> {
    const { client, partitions, lane, agentId, state } = this.#options
    const { topic, log } = lane
    const { leaders } = await client.ensureTopic(topic, partitions)
    const bound = state.binding
    if (bound === null || bound.topic !== topic || bound.partition >= leaders.length) {
      state.binding = { topic, partition: partitionOf(agentId, lane.name, leaders.length) }
      state.producer = null
      state.topicOffset = 0
    }
    if (state.ackedOffset < log.startOffset) state.ackedOffset = log.startOffset
    if (state.producer === null) await this.takeProducer(state.ackedOffset)
    else await this.#followBroker(state.producer)
  }

  /** A new producer, known on disk before it sends anything. */
  async takeProducer(offset: number): Promise<void> {
    const { client, state, keeper } = this.#options
    const { producerId, producerEpoch } = await client.initProducerId()
    state.producer = { id: String(producerId), epoch: producerEpoch, established: false, base: offset }
    state.ackedOffset = offset
    await keeper.save(true)
  }

  async #followBroker(producer: LaneProducer): Promise<void> {
    const { client, logger, state, lane } = this.#options
    const { topic, partition } = this
    const broker = await client.describeProducer(topic, partition, BigInt(producer.id))
    const acked = state.ackedOffset
    const facts = { broker, producer, acked, start: lane.log.startOffset, end: lane.log.stableOffset }
    const resume = resumeAt(facts)
    noteResume(logger, resume, acked, topic)
    if (resume.kind === 'new-producer') {
      await this.takeProducer(resume.offset)
      return
    }
    state.ackedOffset = resume.offset
    if (broker !== undefined) producer.established = true
    // what the broker had and we did not know of: its offsets are below the topic's present end
    const latest = await client.listOffset(topic, partition, 'latest')
    if (broker !== undefined) state.topicOffset = Math.max(state.topicOffset, latest)
  }
}
