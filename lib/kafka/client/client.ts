import { type Api, apis, decodeAssignment, errorCodes, type RequestInput, type ResponseOf } from '../index.ts'
import { Cluster, expectNone, KafkaError } from './cluster.ts'
import type { BrokerConnection } from './connection.ts'
import { ClusterFetcher } from './fetcher.ts'
import { ClassicMember } from './group.ts'
import { untilKnown } from './retry.ts'
import { noSecurity, type Security } from './security/settings.ts'
import type {
  CommittedOffset,
  Fetcher,
  GroupDescription,
  GroupMember,
  GroupOptions,
  KafkaAdminClient,
  ProduceResult,
  Target,
  TopicMetadata,
} from './types.ts'

export interface KafkaClientOptions {
  /** `host:port` of at least one broker. */
  brokers: readonly string[]
  clientId: string
  /** Nothing where it is left out: plain connections of nobody in particular. */
  security?: Security
}

interface PartitionTarget {
  topic: string
  partition: number
}

const createTimeoutMs = 15_000
const produceTimeoutMs = 20_000
const latest = -1
const earliest = -2

/** Connects when first used, so this never fails. */
export function createKafkaClient(options: KafkaClientOptions): KafkaAdminClient {
  return new Client(options)
}

class Client implements KafkaAdminClient {
  readonly #cluster: Cluster
  /** The last produce request to each partition that waits for its connection. */
  readonly #turns = new Map<string, Promise<BrokerConnection>>()

  constructor({ brokers, clientId, security = noSecurity }: KafkaClientOptions) {
    this.#cluster = new Cluster(brokers, clientId, security)
  }

  metadata(topics?: readonly string[]): Promise<Map<string, TopicMetadata>> {
    return this.#cluster.metadata(topics)
  }

  request<A extends Api>(api: A, body: RequestInput<A>, target: Target = 'any'): Promise<ResponseOf<A>> {
    const ask = () => this.#cluster.request(api, body, target)
    // a coordinator's first question makes the topic that it keeps its state in
    const isCoordinated = target !== 'any' && ('group' in target || 'transactionalId' in target)
    return isCoordinated ? untilKnown(ask) : ask()
  }

  forget(target: Target): void {
    this.#cluster.forget(target)
  }

  nodes(): Promise<number[]> {
    return this.#cluster.nodes()
  }

  ensureTopic(name: string, partitions: number, configs: Readonly<Record<string, string>> = {}) {
    return untilKnown(() => this.#ensureTopic(name, partitions, configs))
  }

  async #ensureTopic(name: string, partitions: number, configs: Readonly<Record<string, string>>) {
    const present = (await this.#cluster.metadata([name])).get(name)
    if (present !== undefined) return present
    const answer = await this.#cluster.request(apis.createTopics, {
      topics: [
        {
          name,
          numPartitions: partitions,
          replicationFactor: -1,
          assignments: [],
          configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
        },
      ],
      timeoutMs: createTimeoutMs,
    })
    const code = answer.topics[0]?.errorCode ?? errorCodes.UNKNOWN_SERVER_ERROR
    if (code !== errorCodes.TOPIC_ALREADY_EXISTS) expectNone(code, `creating topic ${name}`)
    const made = (await this.#cluster.metadata([name])).get(name)
    if (made === undefined)
      throw new KafkaError(errorCodes.LEADER_NOT_AVAILABLE, `topic ${name} was created but is not known yet`)
    return made
  }

  async produce(
    topic: string,
    partition: number,
    batch: Buffer,
    timeoutMs = produceTimeoutMs,
  ): Promise<ProduceResult> {
    const target = { topic, partition }
    const body = {
      acks: -1,
      timeoutMs,
      topicData: [{ name: topic, partitionData: [{ index: partition, records: batch }] }],
    }
    const answer = await this.#produceInOrder(body, target)
    const result = answer.responses[0]?.partitionResponses[0]
    const errorCode = result?.errorCode ?? errorCodes.UNKNOWN_SERVER_ERROR
    if (errorCode !== errorCodes.NONE) this.#cluster.forget(target)
    return { errorCode, baseOffset: result?.baseOffset ?? -1, message: result?.errorMessage ?? null }
  }

  /**
   * Requests to a partition go out in the order of the calls: each waits until the one before knows its connection, or
   * one that finds fresh metadata would overtake those that ask for it.
   */
  async #produceInOrder(body: RequestInput<typeof apis.produce>, target: PartitionTarget) {
    const key = `${target.topic}-${target.partition}`
    const before = this.#turns.get(key)
    const connecting = (async () => {
      await before?.catch(() => undefined)
      return await this.#cluster.connect(target)
    })()
    this.#turns.set(key, connecting)
    try {
      const connection = await connecting
      return await connection.request(apis.produce, body)
    } catch (error) {
      this.#cluster.forget(target)
      throw error
    } finally {
      if (this.#turns.get(key) === connecting) this.#turns.delete(key)
    }
  }

  initProducerId() {
    return untilKnown(() => this.#initProducerId())
  }

  async #initProducerId() {
    const body = { transactionalId: null, transactionTimeoutMs: 60_000 }
    const answer = await this.#cluster.request(apis.initProducerId, body)
    expectNone(answer.errorCode, 'asking for a producer id')
    return { producerId: answer.producerId, producerEpoch: answer.producerEpoch }
  }

  describeProducer(topic: string, partition: number, producerId: bigint) {
    return untilKnown(() => this.#describeProducer(topic, partition, producerId))
  }

  async #describeProducer(topic: string, partition: number, producerId: bigint) {
    const body = { topics: [{ name: topic, partitionIndexes: [partition] }] }
    const answer = await this.#cluster.request(apis.describeProducers, body, { topic, partition })
    const found = answer.topics[0]?.partitions[0]
    expectNone(
      found?.errorCode ?? errorCodes.UNKNOWN_SERVER_ERROR,
      `asking for the producers of ${topic}-${partition}`,
    )
    const producer = found?.activeProducers.find(p => p.producerId === producerId)
    if (producer === undefined) return undefined
    return { producerEpoch: producer.producerEpoch, lastSequence: producer.lastSequence }
  }

  listOffset(topic: string, partition: number, at: number | 'earliest' | 'latest'): Promise<number> {
    return untilKnown(() => this.#listOffset(topic, partition, at))
  }

  async #listOffset(topic: string, partition: number, at: number | 'earliest' | 'latest'): Promise<number> {
    const timestamp = at === 'latest' ? latest : at === 'earliest' ? earliest : at
    const body = {
      replicaId: -1,
      isolationLevel: 0,
      topics: [{ name: topic, partitions: [{ partitionIndex: partition, timestamp }] }],
    }
    const answer = await this.#cluster.request(apis.listOffsets, body, { topic, partition })
    const found = answer.topics[0]?.partitions[0]
    expectNone(
      found?.errorCode ?? errorCodes.UNKNOWN_SERVER_ERROR,
      `asking for an offset of ${topic}-${partition}`,
    )
    const offset = found?.offset ?? -1
    // no record is that young: the next one will be
    return offset >= 0 ? offset : await this.listOffset(topic, partition, 'latest')
  }

  openFetcher(): Fetcher {
    return new ClusterFetcher(this.#cluster)
  }

  committed(group: string, topics: Readonly<Record<string, readonly number[]>>): Promise<CommittedOffset[]> {
    return untilKnown(() => this.#committed(group, topics))
  }

  async #committed(
    group: string,
    topics: Readonly<Record<string, readonly number[]>>,
  ): Promise<CommittedOffset[]> {
    const asked = Object.entries(topics).map(([name, partitions]) => ({
      name,
      partitionIndexes: [...partitions],
    }))
    const found = await this.#cluster.request(apis.offsetFetch, { groupId: group, topics: asked }, { group })
    if (found.errorCode !== errorCodes.NONE) this.#cluster.forget({ group })
    expectNone(found.errorCode, `asking for the offsets of group ${group}`)
    return found.topics.flatMap(topic =>
      topic.partitions.map(p => ({
        topic: topic.name,
        partition: p.partitionIndex,
        offset: p.committedOffset,
        metadata: p.metadata ?? '',
      })),
    )
  }

  async listGroups() {
    const brokers = await this.#cluster.nodes()
    const answers = await Promise.all(
      brokers.map(node =>
        this.#cluster.request(apis.listGroups, { statesFilter: [], typesFilter: [] }, { node }),
      ),
    )
    return answers.flatMap(answer => {
      expectNone(answer.errorCode, 'listing groups')
      return answer.groups.map(g => ({ group: g.groupId, state: g.groupState, protocolType: g.protocolType }))
    })
  }

  async describeGroup(group: string): Promise<GroupDescription> {
    const answer = await this.#cluster.request(apis.describeGroups, { groups: [group] }, { group })
    const found = answer.groups[0]
    expectNone(found?.errorCode ?? errorCodes.UNKNOWN_SERVER_ERROR, `describing group ${group}`)
    return {
      group,
      state: found?.groupState ?? '',
      protocol: found?.protocolData ?? '',
      members: (found?.members ?? []).map(m => ({
        memberId: m.memberId,
        clientId: m.clientId,
        host: m.clientHost,
        assignments: decodeAssignment(m.memberAssignment),
      })),
    }
  }

  async joinGroup(options: GroupOptions): Promise<GroupMember> {
    return await new ClassicMember(this.#cluster, options).join()
  }

  close(): Promise<void> {
    return this.#cluster.close()
  }
}
