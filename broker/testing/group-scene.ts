import {
  apis,
  decodeAssignment,
  encodeSubscription,
  errorName,
  type RequestInput,
  type ResponseOf,
} from '../../lib/kafka/index.ts'
import type { Scene } from './scene.ts'

type Heartbeat = RequestInput<typeof apis.consumerGroupHeartbeat>
type HeartbeatAnswer = ResponseOf<typeof apis.consumerGroupHeartbeat>

/** What tests say to group `g`, in the words of members of either protocol. */
export class GroupScene {
  readonly #scene: Scene
  readonly #names = new Map<string, string>()

  constructor(scene: Scene) {
    this.#scene = scene
  }

  async topic(name: string, partitions: number): Promise<string> {
    const id = await this.#scene.createTopic(name, partitions)
    this.#names.set(id, name)
    return id
  }

  /** Joins with epoch 0 unless told otherwise. */
  beat(memberId: string, memberEpoch: number, body: Partial<Heartbeat> = {}): Promise<HeartbeatAnswer> {
    return this.#scene.client.send(apis.consumerGroupHeartbeat, 1, {
      groupId: 'g',
      memberId,
      memberEpoch,
      ...body,
    })
  }

  join(memberId: string, topics: readonly string[], body: Partial<Heartbeat> = {}): Promise<HeartbeatAnswer> {
    return this.beat(memberId, 0, {
      rebalanceTimeoutMs: 60_000,
      topicPartitions: [],
      subscribedTopicNames: topics,
      ...body,
    })
  }

  /** `NONE 2 a:0,1`: the error, the epoch, and the assignment where there is one. */
  say({ errorCode, memberEpoch, assignment }: HeartbeatAnswer): string {
    if (errorCode !== 0) return errorName(errorCode)
    const parts = assignment?.topicPartitions.map(t => `${this.#names.get(t.topicId)}:${t.partitions}`)
    return ['NONE', memberEpoch, ...(parts ?? []).sort()].join(' ')
  }

  async describe(groupId = 'g') {
    const { groups } = await this.#scene.client.send(apis.consumerGroupDescribe, 1, {
      groupIds: [groupId],
      includeAuthorizedOperations: false,
    })
    const [group] = groups
    if (group === undefined) throw new Error('no answer')
    return group
  }

  /** A classic member that joins with its id, asked for where it needs one. */
  async joinClassic(
    memberId: string,
    topics: readonly string[],
    body: Partial<RequestInput<typeof apis.joinGroup>> = {},
    client = this.#scene.client,
  ) {
    const request = {
      groupId: 'g',
      sessionTimeoutMs: 30_000,
      rebalanceTimeoutMs: 60_000,
      memberId,
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: encodeSubscription(topics) }],
      ...body,
    }
    const response = await client.send(apis.joinGroup, 9, request)
    if (errorName(response.errorCode) !== 'MEMBER_ID_REQUIRED') return response
    return await client.send(apis.joinGroup, 9, { ...request, memberId: response.memberId })
  }

  /** `NONE a:0,1`: what a classic member is assigned. */
  async syncClassic(memberId: string, generationId: number, assignments: Record<string, Buffer> = {}) {
    const response = await this.#scene.client.send(apis.syncGroup, 5, {
      groupId: 'g',
      generationId,
      memberId,
      protocolType: 'consumer',
      protocolName: 'range',
      assignments: Object.entries(assignments).map(([id, assignment]) => ({ memberId: id, assignment })),
    })
    const parts = decodeAssignment(response.assignment).map(t => `${t.topic}:${t.partitions}`)
    return [errorName(response.errorCode), ...parts.sort()].join(' ')
  }

  async beatClassic(memberId: string, generationId: number): Promise<string> {
    const request = { groupId: 'g', generationId, memberId }
    return errorName((await this.#scene.client.send(apis.heartbeat, 4, request)).errorCode)
  }

  async leaveClassic(memberId: string, groupInstanceId: string | null = null): Promise<string> {
    const request = { groupId: 'g', members: [{ memberId, groupInstanceId }] }
    const { members } = await this.#scene.client.send(apis.leaveGroup, 5, request)
    return errorName(members[0]?.errorCode ?? 0)
  }

  async commit(version: number, memberId: string, epoch: number, topic = 'a', topicId = ''): Promise<string> {
    const partitions = [{ partitionIndex: 0, committedOffset: 5, committedMetadata: 'm' }]
    const response = await this.#scene.client.send(apis.offsetCommit, version, {
      groupId: 'g',
      generationIdOrMemberEpoch: epoch,
      memberId,
      topics: [{ name: topic, ...(topicId === '' ? {} : { topicId }), partitions }],
    })
    return errorName(response.topics[0]?.partitions[0]?.errorCode ?? 0)
  }
}
