import { randomUUID } from 'node:crypto'
import { WireClient } from '../../../../broker/testing/wire-client.ts'
import { apis, type RequestInput } from '../../../../lib/kafka/index.ts'
import { name, recordOf, type WireScene } from './wire-case.ts'

type Fetch = RequestInput<typeof apis.shareFetch>

const maxTries = 100
const final = -1

/** A member of a share group on a connection of its own. */
class ShareMember {
  client: WireClient
  readonly #group: ShareGroup
  readonly #memberId = randomUUID()
  #epoch = 0

  constructor(group: ShareGroup, client: WireClient) {
    this.#group = group
    this.client = client
  }

  async join(): Promise<void> {
    const { groupId, topic } = this.#group
    const { errorCode } = await this.client.send(apis.shareGroupHeartbeat, 1, {
      groupId,
      memberId: this.#memberId,
      memberEpoch: 0,
      subscribedTopicNames: [topic],
    })
    if (errorCode !== 0) throw new Error(`joining fails with ${name(errorCode)}`)
  }

  /** `NONE 0-2x1`: the error, and offsets acquired with how often they have been handed out. */
  async fetch(body: Partial<Fetch> = {}): Promise<string> {
    const { groupId, topicId } = this.#group
    const shareSessionEpoch = body.shareSessionEpoch ?? this.#epoch
    const partitions = [{ partitionIndex: 0, acknowledgementBatches: [] }]
    const { errorCode, responses } = await this.client.send(apis.shareFetch, 2, {
      groupId,
      memberId: this.#memberId,
      shareSessionEpoch,
      maxWaitMs: 100,
      minBytes: 1,
      maxRecords: 500,
      batchSize: 500,
      topics: shareSessionEpoch === 0 ? [{ topicId, partitions }] : [],
      forgottenTopicsData: [],
      ...body,
    })
    if (errorCode === 0) this.#epoch = shareSessionEpoch === final ? 0 : shareSessionEpoch + 1
    const partition = responses[0]?.partitions[0]
    const acquired = (partition?.acquiredRecords ?? []).map(
      ({ firstOffset, lastOffset, deliveryCount }) => `${firstOffset}-${lastOffset}x${deliveryCount}`,
    )
    return [name(errorCode || (partition?.errorCode ?? 0)), ...acquired].join(' ')
  }

  /** With `at once` or `at last`: whether it has taken as long as it may wait. */
  async fetchTimed(maxWaitMs: number, body: Partial<Fetch> = {}): Promise<string> {
    const startedMs = performance.now()
    const fetched = await this.fetch({ maxWaitMs, ...body })
    // a timer may be early by a millisecond or two
    return `${fetched} ${performance.now() - startedMs < maxWaitMs - 10 ? 'at once' : 'at last'}`
  }

  /** A group that begins can be read from a moment later. */
  async fetchSome(): Promise<string> {
    for (let tries = 0; tries < maxTries; tries++) {
      const fetched = await this.fetch()
      if (fetched.includes('x')) return fetched
    }
    return 'nothing'
  }

  async acceptFirst(): Promise<void> {
    const acknowledgementBatches = [{ firstOffset: 0, lastOffset: 0, acknowledgeTypes: [1] }]
    const partitions = [{ partitionIndex: 0, acknowledgementBatches }]
    await this.fetch({ maxWaitMs: 0, maxRecords: 0, topics: [{ topicId: this.#group.topicId, partitions }] })
  }

  /** The broker may hear of a lost connection a moment later. */
  async fetchUntilRefused(): Promise<string> {
    for (let tries = 0; tries < maxTries; tries++) {
      const fetched = await this.fetch()
      if (!fetched.startsWith('NONE')) return fetched
    }
    return 'never'
  }

  /** By another connection. */
  async comeBack(): Promise<void> {
    this.client = await this.#group.connect()
  }

  /** Leaves without a word. */
  async vanish(): Promise<void> {
    this.client.close()
    await this.client.closed
  }
}

/** A share group that reads a topic of its own from the beginning. */
export class ShareGroup {
  readonly groupId: string
  readonly topic: string
  topicId = ''
  readonly #scene: WireScene
  readonly #clients: WireClient[] = []

  private constructor(scene: WireScene) {
    this.#scene = scene
    this.groupId = scene.unique('group')
    this.topic = scene.unique('wire')
  }

  static async open(scene: WireScene): Promise<ShareGroup> {
    const group = new ShareGroup(scene)
    group.topicId = await scene.createTopic(group.topic)
    const configs = [{ name: 'share.auto.offset.reset', configOperation: 0, value: 'earliest' }]
    const resources = [{ resourceType: 32, resourceName: group.groupId, configs }]
    await scene.client.send(apis.incrementalAlterConfigs, 1, { resources, validateOnly: false })
    return group
  }

  async member(): Promise<ShareMember> {
    const member = new ShareMember(this, await this.connect())
    await member.join()
    return member
  }

  /** A member that has acquired a first record and accepted it. */
  async begun(): Promise<ShareMember> {
    await this.produce('first')
    const member = await this.member()
    await member.fetchSome()
    await member.acceptFirst()
    return member
  }

  async connect(): Promise<WireClient> {
    const client = await WireClient.open(this.#scene.address)
    this.#clients.push(client)
    return client
  }

  async produce(...values: string[]): Promise<void> {
    await this.#scene.produce(
      this.topic,
      values.map(value => recordOf(value)),
    )
  }

  close(): void {
    for (const client of this.#clients) client.close()
  }
}
