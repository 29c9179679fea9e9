import { codeOf, formatHostPort, messageOf, OperatingError } from '../../base/index.ts'
import { type Api, apis, errorCodes, errorName, type RequestInput, type ResponseOf } from '../index.ts'
import { BrokerConnection } from './connection.ts'
import { isUnavailable } from './failure.ts'
import type { Security } from './security/settings.ts'
import type { Target, TopicMetadata } from './types.ts'

const maxAgeMs = 60_000
const unreachable = 'KAFKA_UNREACHABLE'

/** A Kafka error code in an answer that was not expected. `kafkaCode` is the number. */
export class KafkaError extends OperatingError {
  readonly kafkaCode: number
  constructor(kafkaCode: number, message: string) {
    super(`KAFKA_${errorName(kafkaCode)}`, message)
    this.kafkaCode = kafkaCode
  }
}

/** Throws a KafkaError for any code but NONE. */
export function expectNone(kafkaCode: number, doing: string): void {
  if (kafkaCode !== errorCodes.NONE)
    throw new KafkaError(kafkaCode, `${doing} failed: the broker answered ${errorName(kafkaCode)}`)
}

/**
 * A cluster as a client sees it: one connection per broker, opened when first needed and again after it broke; who
 * leads what, asked for again when an answer says that it changed.
 */
export class Cluster {
  readonly #bootstrap: readonly string[]
  readonly #clientId: string
  readonly #security: Security
  readonly #connections = new Map<string, Promise<BrokerConnection>>()
  readonly #nodes = new Map<number, string>()
  readonly #topics = new Map<string, TopicMetadata & { readMs: number }>()
  readonly #coordinators = new Map<string, string>()
  readonly #closing = new AbortController()

  constructor(bootstrap: readonly string[], clientId: string, security: Security) {
    this.#bootstrap = bootstrap
    this.#clientId = clientId
    this.#security = security
  }

  /** Errors: those of a connection (BrokerConnection.open), KAFKA_UNSUPPORTED, KAFKA_UNKNOWN_TOPIC_OR_PARTITION. */
  async request<A extends Api>(
    api: A,
    body: RequestInput<A>,
    target: Target = 'any',
  ): Promise<ResponseOf<A>> {
    const connection = await this.connect(target)
    try {
      return await connection.request(api, body)
    } catch (error) {
      this.forget(target)
      throw error
    }
  }

  /** The shared connection to a target. */
  async connect(target: Target): Promise<BrokerConnection> {
    if (target === 'any') return await this.#anyBroker()
    return await this.#open(await this.address(target))
  }

  /** A connection of one's own. */
  async dial(address: string, clientId = this.#clientId): Promise<BrokerConnection> {
    return await BrokerConnection.open(address, clientId, this.#security, this.#closing.signal)
  }

  /** The address of a target, for a connection of one's own. */
  async address(target: Exclude<Target, 'any'>): Promise<string> {
    if ('group' in target || 'transactionalId' in target) return await this.#coordinator(target)
    const node = 'node' in target ? target.node : await this.#leader(target.topic, target.partition)
    return this.#nodes.get(node) ?? (await this.#nodeAfterRefresh(node))
  }

  /** Drops what is remembered about a target, so that the next request asks again. */
  forget(target: Target): void {
    if (target === 'any') return
    if ('group' in target || 'transactionalId' in target) this.#coordinators.delete(coordinatorKey(target))
    else if ('topic' in target) this.#topics.delete(target.topic)
    else this.#nodes.delete(target.node)
  }

  /** Topics that exist, out of those named, or all. */
  async metadata(names?: readonly string[]): Promise<Map<string, TopicMetadata>> {
    const topics = names === undefined ? null : names.map(name => ({ name }))
    const answer = await this.request(apis.metadata, { topics, allowAutoTopicCreation: false })
    this.#nodes.clear()
    for (const { nodeId, host, port } of answer.brokers)
      this.#nodes.set(nodeId, formatHostPort({ host, port }))
    const found = new Map<string, TopicMetadata>()
    for (const topic of answer.topics) {
      if (topic.name === null || topic.errorCode === errorCodes.UNKNOWN_TOPIC_OR_PARTITION) continue
      expectNone(topic.errorCode, `asking for topic ${topic.name}`)
      const leaders = new Array<number>(topic.partitions.length).fill(-1)
      for (const partition of topic.partitions) leaders[partition.partitionIndex] = partition.leaderId
      const entry = { name: topic.name, topicId: topic.topicId, leaders }
      found.set(topic.name, entry)
      this.#topics.set(topic.name, { ...entry, readMs: performance.now() })
    }
    return found
  }

  /** Node ids of all brokers. */
  async nodes(): Promise<number[]> {
    await this.metadata([])
    return [...this.#nodes.keys()]
  }

  async close(): Promise<void> {
    this.#closing.abort()
    const open = await Promise.allSettled(this.#connections.values())
    await Promise.all(open.map(result => (result.status === 'fulfilled' ? result.value.close() : undefined)))
  }

  async #leader(topic: string, partition: number): Promise<number> {
    const known = this.#topics.get(topic)
    const fresh = known !== undefined && performance.now() - known.readMs < maxAgeMs ? known : undefined
    const metadata = fresh ?? (await this.metadata([topic])).get(topic)
    const leader = metadata?.leaders[partition]
    if (leader === undefined)
      throw new KafkaError(
        errorCodes.UNKNOWN_TOPIC_OR_PARTITION,
        `there is no partition ${partition} of topic ${topic}`,
      )
    if (leader >= 0) return leader
    this.#topics.delete(topic)
    throw new KafkaError(
      errorCodes.LEADER_NOT_AVAILABLE,
      `partition ${partition} of topic ${topic} has no leader now`,
    )
  }

  async #nodeAfterRefresh(node: number): Promise<string> {
    await this.metadata([])
    const address = this.#nodes.get(node)
    if (address === undefined)
      throw new KafkaError(errorCodes.BROKER_NOT_AVAILABLE, `broker ${node} is not in the cluster now`)
    return address
  }

  async #coordinator(target: Coordinated): Promise<string> {
    const known = this.#coordinators.get(coordinatorKey(target))
    if (known !== undefined) return known
    const isGroup = 'group' in target
    const key = isGroup ? target.group : target.transactionalId
    const found = await this.request(apis.findCoordinator, { key, keyType: isGroup ? 0 : 1 })
    expectNone(
      found.errorCode,
      `finding the coordinator of ${isGroup ? 'group' : 'the transactional id'} ${key}`,
    )
    const address = formatHostPort({ host: found.host, port: found.port })
    this.#coordinators.set(coordinatorKey(target), address)
    return address
  }

  async #anyBroker(): Promise<BrokerConnection> {
    const failures: unknown[] = []
    for (const address of new Set([...this.#nodes.values(), ...this.#bootstrap])) {
      try {
        return await this.#open(address)
      } catch (error) {
        failures.push(error)
      }
    }
    throw noneOf(failures)
  }

  async #open(address: string): Promise<BrokerConnection> {
    if (this.#closing.signal.aborted) throw new OperatingError('KAFKA_CLOSED', 'the Kafka client is closed')
    const present = this.#connections.get(address)
    const known = await present?.catch(() => undefined)
    if (known?.isOpen === true) return known
    // while we waited, another caller may have begun to open it anew
    const now = this.#connections.get(address)
    if (now !== undefined && now !== present) return await now
    const opening = this.dial(address)
    this.#connections.set(address, opening)
    return await opening
  }
}

type Coordinated = { group: string } | { transactionalId: string }

function coordinatorKey(target: Coordinated): string {
  return 'group' in target ? `group ${target.group}` : `transactional id ${target.transactionalId}`
}

/** All that was tried in vain, under the code of the failure that says most: a broker that is there and refuses us. */
function noneOf(failures: readonly unknown[]): OperatingError {
  const refusal = failures.find(error => isUnavailable(error) && codeOf(error) !== unreachable)
  const code = codeOf(refusal) ?? unreachable
  return new OperatingError(code, failures.map(messageOf).join(', '), { cause: failures[0] })
}
