import { randomUUID } from 'node:crypto'
import { WireClient } from '../../../../broker/testing/wire-client.ts'
import { apis, type RequestInput } from '../../../../lib/kafka/index.ts'
import { name, recordOf, tells, type WireCase, type WireScene } from './wire-case.ts'

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
class ShareGroup {
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

function shares(title: string, tell: (group: ShareGroup) => Promise<unknown>, expected: unknown): WireCase {
  return tells(
    `share groups: ${title}`,
    async scene => {
      const group = await ShareGroup.open(scene)
      try {
        return await tell(group)
      } finally {
        group.close()
      }
    },
    expected,
  )
}

export const shareGroupCases: readonly WireCase[] = [
  shares(
    'what a member has acquired is free again when its session ends',
    async group => {
      await group.produce('a', 'b', 'c')
      const [one, two] = [await group.member(), await group.member()]
      const first = await one.fetchSome()
      const ended = await one.fetch({ shareSessionEpoch: final })
      return [first, ended, await two.fetchSome()]
    },
    ['NONE 0-2x1', 'NONE', 'NONE 0-2x2'],
  ),
  shares(
    'what a member has acquired is free again when its connection is lost',
    async group => {
      await group.produce('a', 'b', 'c')
      const [one, two] = [await group.member(), await group.member()]
      const first = await one.fetchSome()
      const others = await two.fetch()
      await one.vanish()
      return [first, others, await two.fetchSome()]
    },
    ['NONE 0-2x1', 'NONE', 'NONE 0-2x2'],
  ),
  shares(
    'whoever waits is given what a lost member had',
    async group => {
      await group.produce('a')
      const [one, two] = [await group.member(), await group.member()]
      await one.fetchSome()
      await two.fetch()
      const waiting = two.fetch({ maxWaitMs: 2_000 })
      await one.vanish()
      return await waiting
    },
    'NONE 0-0x2',
  ),
  shares(
    'what has been lost as often as it may be handed out is not handed out again',
    async group => {
      await group.produce('a')
      const stays = await group.member()
      const fetched: string[] = []
      for (let i = 0; i < 5; i++) {
        const member = await group.member()
        fetched.push(await member.fetchSome())
        await member.vanish()
      }
      await group.produce('b')
      return [...fetched, await stays.fetchSome()]
    },
    ['NONE 0-0x1', 'NONE 0-0x2', 'NONE 0-0x3', 'NONE 0-0x4', 'NONE 0-0x5', 'NONE 1-1x1'],
  ),
  shares(
    'there is not as much as is asked for',
    async group => {
      const one = await group.begun()
      await group.produce('a', 'b')
      return await one.fetchTimed(500, { minBytes: 10_000 })
    },
    'NONE 1-2x1 at last',
  ),
  shares(
    'as much as is asked for comes while a fetch waits',
    async group => {
      const one = await group.begun()
      await group.produce('a')
      const waiting = one.fetchTimed(10_000, { minBytes: 10_000 })
      await group.produce('b')
      await group.produce('c'.repeat(10_000))
      return await waiting
    },
    'NONE 1-3x1 at once',
  ),
  shares(
    'there is more than is asked for',
    async group => {
      const one = await group.begun()
      await group.produce('c'.repeat(10_000))
      return await one.fetchTimed(10_000, { minBytes: 10_000 })
    },
    'NONE 1-1x1 at once',
  ),
  shares(
    'more is asked for than may be given',
    async group => {
      const one = await group.begun()
      await group.produce('c'.repeat(1_000))
      return await one.fetchTimed(10_000, { minBytes: 10_000, maxBytes: 500 })
    },
    'NONE 1-1x1 at once',
  ),
  shares(
    'nothing need be there',
    async group => {
      const one = await group.begun()
      return await one.fetchTimed(5_000, { minBytes: 0 })
    },
    'NONE at once',
  ),
  shares(
    'nothing may be given',
    async group => {
      const one = await group.begun()
      await group.produce('a')
      return [await one.fetchTimed(2_000, { maxBytes: 0 }), await one.fetchTimed(2_000, { maxRecords: 0 })]
    },
    ['NONE at once', 'NONE at once'],
  ),
  shares(
    'another partition cannot be read',
    async group => {
      const one = await group.begun()
      const topics = [
        { topicId: group.topicId, partitions: [{ partitionIndex: 9, acknowledgementBatches: [] }] },
      ]
      return await one.fetchTimed(500, { topics })
    },
    'UNKNOWN_TOPIC_OR_PARTITION at last',
  ),
  shares(
    'what is locked does not count',
    async group => {
      const one = await group.begun()
      const two = await group.member()
      await group.produce('c'.repeat(10_000))
      const first = await two.fetchSome()
      await group.produce('d')
      return [first, await one.fetchTimed(500, { minBytes: 5_000 })]
    },
    ['NONE 1-1x1', 'NONE 2-2x1 at last'],
  ),
  shares(
    'a member that comes back has no session any more',
    async group => {
      await group.produce('a')
      const [one, two] = [await group.member(), await group.member()]
      await one.fetchSome()
      await one.vanish()
      await two.fetchSome()
      await one.comeBack()
      return [await one.fetch(), await one.fetch({ shareSessionEpoch: 0 })]
    },
    ['SHARE_SESSION_NOT_FOUND', 'NONE'],
  ),
  shares(
    'a session that has begun anew elsewhere outlives the connection of the one before',
    async group => {
      await group.produce('a', 'b')
      const one = await group.member()
      await one.fetchSome()
      const { client: before } = one
      await one.comeBack()
      const again = await one.fetch({ shareSessionEpoch: 0 })
      before.close()
      await before.closed
      return [again, await one.fetch()]
    },
    ['NONE', 'NONE'],
  ),
  shares(
    'a session that goes on elsewhere ends with the connection it began on',
    async group => {
      await group.produce('a')
      const one = await group.member()
      await one.fetchSome()
      const { client: before } = one
      await one.comeBack()
      const goesOn = await one.fetch()
      before.close()
      await before.closed
      return [goesOn, await one.fetchUntilRefused()]
    },
    ['NONE', 'SHARE_SESSION_NOT_FOUND'],
  ),
]
