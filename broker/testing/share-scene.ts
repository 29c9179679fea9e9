import { apis, errorName, type RequestInput, writeBatch } from '../../lib/kafka/index.ts'
import type { Acknowledgement } from '../share/acknowledgement.ts'
import { record, type Scene, valuesOf } from './scene.ts'
import type { WireClient } from './wire-client.ts'

type Fetch = RequestInput<typeof apis.shareFetch>

/** What tests say to share group `s`, and to partition 0 of topic `t`. */
export class ShareScene {
  readonly #scene: Scene
  topicId = ''
  /** By member: the epoch of its session's next request. */
  readonly #epochs = new Map<string, number>()

  constructor(scene: Scene) {
    this.#scene = scene
  }

  async createTopic(partitions = 1): Promise<void> {
    this.topicId = await this.#scene.createTopic('t', partitions)
  }

  /** One batch for each list of values. */
  async produce(...batches: string[][]): Promise<void> {
    for (const values of batches) await this.#scene.produce(writeBatch(values.map(value => record(value))))
  }

  async configure(name: string, value: string): Promise<string> {
    const configs = [{ name, configOperation: 0, value }]
    const request = { resources: [{ resourceType: 32, resourceName: 's', configs }], validateOnly: false }
    const { responses } = await this.#scene.client.send(apis.incrementalAlterConfigs, 1, request)
    return errorName(responses[0]?.errorCode ?? 0)
  }

  async beat(memberId: string, memberEpoch: number, body: object = {}) {
    const request = { groupId: 's', memberId, memberEpoch, ...body }
    return await this.#scene.client.send(apis.shareGroupHeartbeat, 1, request)
  }

  async join(memberId: string, topics = ['t']) {
    return await this.beat(memberId, 0, { subscribedTopicNames: topics })
  }

  /** Opens a session where there is none, else goes on with it. */
  async fetch(
    memberId: string,
    body: Partial<Fetch> = {},
    acknowledgements: Acknowledgement[] = [],
    client: WireClient = this.#scene.client,
  ) {
    const shareSessionEpoch = this.#epochs.get(memberId) ?? 0
    const response = await client.send(apis.shareFetch, 2, {
      groupId: 's',
      memberId,
      shareSessionEpoch,
      maxWaitMs: 0,
      minBytes: 1,
      maxRecords: 500,
      batchSize: 500,
      topics: [
        {
          topicId: this.topicId,
          partitions: [{ partitionIndex: 0, acknowledgementBatches: acknowledgements }],
        },
      ],
      forgottenTopicsData: [],
      ...body,
    })
    if (response.errorCode === 0) this.#next(memberId, body.shareSessionEpoch ?? shareSessionEpoch)
    const [partition] = response.responses[0]?.partitions ?? []
    return {
      error: errorName(response.errorCode),
      partitionError: errorName(partition?.errorCode ?? 0),
      acknowledgeError: errorName(partition?.acknowledgeErrorCode ?? 0),
      lockMs: response.acquisitionLockTimeoutMs,
      /** `0-4x1`: offsets and how often they have been handed out. */
      acquired: (partition?.acquiredRecords ?? []).map(
        ({ firstOffset, lastOffset, deliveryCount }) => `${firstOffset}-${lastOffset}x${deliveryCount}`,
      ),
      values: valuesOf(partition?.records),
    }
  }

  async acknowledge(
    memberId: string,
    acknowledgements: Acknowledgement[],
    body: Partial<RequestInput<typeof apis.shareAcknowledge>> = {},
  ): Promise<string> {
    const shareSessionEpoch = this.#epochs.get(memberId) ?? 0
    const response = await this.#scene.client.send(apis.shareAcknowledge, 2, {
      groupId: 's',
      memberId,
      shareSessionEpoch,
      topics: [
        {
          topicId: this.topicId,
          partitions: [{ partitionIndex: 0, acknowledgementBatches: acknowledgements }],
        },
      ],
      ...body,
    })
    if (response.errorCode !== 0) return errorName(response.errorCode)
    this.#next(memberId, body.shareSessionEpoch ?? shareSessionEpoch)
    return errorName(response.responses[0]?.partitions[0]?.errorCode ?? 0)
  }

  /** Where the group is, and how much is left: `8+2`. */
  async place(partitionIndex = 0): Promise<string> {
    const topics = [{ topicName: 't', partitions: [partitionIndex] }]
    const request = { groups: [{ groupId: 's', topics }] }
    const { groups } = await this.#scene.client.send(apis.describeShareGroupOffsets, 1, request)
    const partition = groups[0]?.topics[0]?.partitions[0]
    return `${partition?.startOffset}+${partition?.lag}`
  }

  /** After a restart there are no sessions. */
  forgetSessions(): void {
    this.#epochs.clear()
  }

  #next(memberId: string, epoch: number): void {
    if (epoch === -1) this.#epochs.delete(memberId)
    else this.#epochs.set(memberId, epoch + 1)
  }
}

export function acknowledgement(
  firstOffset: number,
  lastOffset: number,
  ...acknowledgeTypes: number[]
): Acknowledgement {
  return { firstOffset, lastOffset, acknowledgeTypes }
}
