import type { Logger } from '../../lib/base/index.ts'
import { errorCodes, type RecordInput } from '../../lib/kafka/index.ts'
import type { Deadlines } from '../deadlines.ts'
import { type Refusal, refuse } from '../refusal.ts'
import { ClassicCoordinator } from './classic-coordinator.ts'
import type { ClassicGroup } from './classic-group.ts'
import type { ConsumerGroup } from './consumer/consumer-group.ts'
import { tombstonesOf } from './consumer/consumer-records.ts'
import type { HeartbeatAnswer, HeartbeatRequest } from './consumer/heartbeat.ts'
import { upgraded } from './consumer/migration.ts'
import type { KnownTopic, TopicDirectory } from './consumer/subscription.ts'
import { ConsumerCoordinator } from './consumer-coordinator.ts'
import { type GroupEntry, isForgettable } from './group-entry.ts'
import type { JoinRequest } from './joining.ts'
import { type JoinOutcome, joinRefused, type SyncOutcome, syncRefused } from './outcomes.ts'
import { ShareGroup } from './share/share-group.ts'
import type { ShareHeartbeatRequest } from './share/share-heartbeat.ts'
import { ShareCoordinator } from './share-coordinator.ts'
import { heartbeat, leave, type SyncRequest } from './syncing.ts'

export interface MembershipLimits {
  readonly maxSize: number
  /** Of members of the consumer protocol. */
  sessionTimeoutMs(groupId: string): number
  readonly maxShareSize: number
  /** Of members of share groups. */
  shareSessionTimeoutMs(groupId: string): number
}

export interface MembershipOptions {
  logger: Logger
  deadlines: Pick<Deadlines, 'after'>
  topics: TopicDirectory
  limits: MembershipLimits
  nowMs: () => number
  get: (groupId: string) => GroupEntry | undefined
  /** The group, made where it is not there. */
  open: (groupId: string) => GroupEntry
  append: (groupId: string, records: readonly RecordInput[]) => Promise<boolean>
  newClassicGroup: (groupId: string) => ClassicGroup
  onUnused: (entry: GroupEntry) => void
  onShareMemberGone: (groupId: string, memberId: string) => void
}

/** Takes the requests of members of any protocol to groups of any protocol. */
export class Membership {
  readonly #options: MembershipOptions
  readonly #classic: ClassicCoordinator
  readonly #consumer: ConsumerCoordinator
  readonly #share: ShareCoordinator

  constructor(options: MembershipOptions) {
    this.#options = options
    this.#classic = new ClassicCoordinator(options)
    this.#consumer = new ConsumerCoordinator({ ...options, classic: this.#classic })
    this.#share = new ShareCoordinator(options)
  }

  /** A group that has been read from the log. */
  begin(entry: GroupEntry): void {
    if (entry.group.type === 'classic') this.#classic.settle(entry, entry.group)
    else if (entry.group.type === 'consumer') this.#consumer.begin(entry, entry.group)
    else this.#share.begin(entry, entry.group)
  }

  async join(groupId: string, request: JoinRequest): Promise<JoinOutcome> {
    const entry = this.#options.open(groupId)
    if (entry.group.type === 'classic') return await this.#classic.join(entry, entry.group, request)
    if (entry.group.type === 'share')
      return joinRefused(errorCodes.INCONSISTENT_GROUP_PROTOCOL, request.memberId)
    if (entry.group.state !== 'Empty') return await this.#consumer.joinClassic(entry, entry.group, request)
    return await this.#classic.join(entry, this.#classicInstead(entry, entry.group), request)
  }

  async sync(groupId: string, request: SyncRequest): Promise<SyncOutcome> {
    const entry = this.#options.get(groupId)
    if (entry === undefined || entry.group.type === 'share') return syncRefused(errorCodes.UNKNOWN_MEMBER_ID)
    if (entry.group.type === 'classic') return await this.#classic.sync(entry, entry.group, request)
    return this.#consumer.syncClassic(entry, entry.group, request)
  }

  heartbeat(
    groupId: string,
    request: { memberId: string; instanceId: string | null; generation: number },
  ): number {
    const entry = this.#options.get(groupId)
    if (entry === undefined || entry.group.type === 'share') return errorCodes.UNKNOWN_MEMBER_ID
    // only puts a deadline off: the timer that stands finds that out by itself
    if (entry.group.type === 'classic') return heartbeat(entry.group, request, this.#options.nowMs())
    return this.#consumer.heartbeatClassic(entry, entry.group, request)
  }

  async leave(groupId: string, request: { memberId: string; instanceId: string | null }): Promise<number> {
    const entry = this.#options.get(groupId)
    if (entry === undefined) return errorCodes.UNKNOWN_MEMBER_ID
    const { group } = entry
    if (group.type === 'share') return errorCodes.UNKNOWN_MEMBER_ID
    if (group.type === 'consumer') return await this.#consumer.leaveClassic(entry, group, request)
    return this.#classic.change(entry, group, (g, nowMs) => leave(g, request, nowMs))
  }

  /** Of a member of the consumer protocol: it joins with epoch 0, leaves with -1 (for a while: -2), else stays. */
  async consumerHeartbeat(groupId: string, request: HeartbeatRequest): Promise<HeartbeatAnswer | Refusal> {
    const isJoining = request.memberEpoch === 0
    const entry = isJoining ? this.#options.open(groupId) : this.#options.get(groupId)
    if (entry === undefined) return refuse('GROUP_ID_NOT_FOUND', `Group ${groupId} not found.`)
    const group = this.#consumerGroup(entry, isJoining)
    if ('errorCode' in group) return group
    if (request.memberEpoch < 0) return await this.#consumer.leave(entry, group, request)
    const answer = await this.#consumer.heartbeat(entry, group, request)
    this.#options.onUnused(entry)
    return answer
  }

  /** Of a member of a share group: it joins with epoch 0, leaves with -1, else stays. */
  async shareHeartbeat(groupId: string, request: ShareHeartbeatRequest): Promise<HeartbeatAnswer | Refusal> {
    const isJoining = request.memberEpoch === 0
    const entry = isJoining ? this.#options.open(groupId) : this.#options.get(groupId)
    if (entry === undefined) return refuse('GROUP_ID_NOT_FOUND', `Share group ${groupId} not found.`)
    const group = shareGroupOf(entry, isJoining)
    if (group === undefined) return refuse('GROUP_ID_NOT_FOUND', `Group ${groupId} is not a share group.`)
    if (request.memberEpoch < 0) return await this.#share.leave(entry, group, request)
    const answer = await this.#share.heartbeat(entry, group, request)
    this.#options.onUnused(entry)
    return answer
  }

  /** Keeps a place in a topic for a share group, which is made where it is not there. False where that cannot be. */
  async keepShareTopic(groupId: string, topic: KnownTopic): Promise<boolean> {
    const entry = this.#options.open(groupId)
    const group = shareGroupOf(entry)
    return group !== undefined && (await this.#share.keepTopic(entry, group, topic))
  }

  /** Forgets that a share group has a place in a topic. */
  forgetShareTopic(group: ShareGroup, topicId: string): Promise<boolean> {
    return this.#share.forgetTopic(group, topicId)
  }

  #consumerGroup({ group }: GroupEntry, isJoining: boolean): ConsumerGroup | Refusal {
    if (group.type === 'consumer') return group
    if (!isJoining || group.type === 'share')
      return refuse('GROUP_ID_NOT_FOUND', `Group ${group.id} is not a consumer group.`)
    const { topics, limits, nowMs } = this.#options
    return upgraded(group, topics, limits.maxSize, nowMs())
  }

  /** A group without members takes the protocol of whoever comes first. */
  #classicInstead(entry: GroupEntry, group: ConsumerGroup): ClassicGroup {
    const { newClassicGroup, nowMs, append, logger } = this.#options
    const classic = newClassicGroup(group.id)
    entry.group = classic
    void append(group.id, tombstonesOf(group, nowMs())).then(isWritten => {
      // its next generation will say of which protocol it is
      if (!isWritten) logger.warn('a group could not be written down', { group: group.id })
    })
    return classic
  }
}

/** A group that has never been one of another kind may become one. */
function shareGroupOf(entry: GroupEntry, mayBegin = true): ShareGroup | undefined {
  const { group } = entry
  if (group.type === 'share') return group
  const isUnused = group.type === 'classic' && isForgettable(entry)
  return mayBegin && isUnused ? new ShareGroup(group.id) : undefined
}
