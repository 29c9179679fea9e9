import type { Clock } from '../../lib/base/index.ts'
import { errorCodes } from '../../lib/kafka/index.ts'
import type { Deadlines } from '../deadlines.ts'
import type { GroupCoordinator } from '../groups/coordinator.ts'
import { durationOf } from '../groups/group-config-definitions.ts'
import type { ShareGroup } from '../groups/share/share-group.ts'
import type { Partition } from '../partitions/partition.ts'
import type { Peer } from '../peer.ts'
import type { Topic } from '../topics/topic.ts'
import type { TopicTable } from '../topics/topic-table.ts'
import { LiveSharePartition } from './live-share-partition.ts'
import type { AbortedIn, OpenedShare } from './opened-share.ts'
import type { ShareLimits } from './share-partition.ts'
import { type ShareSession, ShareSessions } from './share-sessions.ts'
import { nameOf, type ShareKey, type ShareStates } from './share-states.ts'

export interface ShareGroupsOptions {
  clock: Clock
  deadlines: Pick<Deadlines, 'after'>
  groups: GroupCoordinator
  topics: TopicTable
  states: ShareStates
  /** The connection of a member's session is lost. */
  onLost: (groupId: string, memberId: string) => void
}

/** Kafka's group.share.delivery.count.limit and group.share.partition.max.record.locks. */
const deliveryCountLimit = 5
const maxRecordLocks = 2_000

/** A partition as a share group has it, with the log behind it. */
/** What share groups have of partitions: opened when first fetched from, written down, forgotten. */
export class ShareGroups {
  readonly sessions: ShareSessions
  /** Transactions that came to nothing, of a part of a partition: such records are not handed out. */
  readonly abortedIn: AbortedIn = (partition, from, to) => partition.abortedTransactions(from, to)
  readonly #options: ShareGroupsOptions
  readonly #live = new Map<string, { key: ShareKey; opened: Promise<OpenedShare | number> }>()

  constructor(options: ShareGroupsOptions) {
    this.#options = options
    this.sessions = new ShareSessions(options.clock)
  }

  /** Resolves when all groups and how far they have come have been read. */
  async ready(): Promise<void> {
    await this.#options.groups.ready()
    await this.#options.states.ready()
  }

  group(groupId: string): ShareGroup | undefined {
    const group = this.#options.groups.get(groupId)?.group
    return group?.type === 'share' ? group : undefined
  }

  lockMs(groupId: string): number {
    return this.#options.groups.configs.shareRecordLockMs(groupId)
  }

  readsCommitted(groupId: string): boolean {
    return this.#options.groups.configs.readsCommitted(groupId)
  }

  /** Begins where the group's configuration says, where it has not been before. Kafka's code where it cannot. */
  open(key: ShareKey): Promise<OpenedShare | number> {
    const topic = this.#options.topics.getById(key.topicId)
    if (topic === undefined) return Promise.resolve(errorCodes.UNKNOWN_TOPIC_ID)
    if (!topic.hasPartition(key.partition) || this.group(key.groupId)?.topics.has(key.topicId) !== true)
      return Promise.resolve(errorCodes.UNKNOWN_TOPIC_OR_PARTITION)
    const name = nameOf(key)
    const known = this.#live.get(name)
    if (known !== undefined) return known.opened
    const opened = this.#open(key, topic).catch(() => errorCodes.KAFKA_STORAGE_ERROR)
    this.#live.set(name, { key, opened })
    // what failed is tried again
    void opened.then(result => {
      if (typeof result === 'number' && this.#live.get(name)?.opened === opened) this.#live.delete(name)
    })
    return opened
  }

  /** How far the group has come; undefined where it has not begun. */
  async progress(key: ShareKey): Promise<{ startOffset: number; lag: number } | undefined> {
    if (this.#options.states.get(key) === undefined) return undefined
    const opened = await this.open(key)
    if (typeof opened === 'number') return undefined
    const { startOffset, doneCount } = opened.live
    return { startOffset, lag: Math.max(0, opened.partition.log.stableOffset - startOffset - doneCount) }
  }

  /** A session ends with the connection it began on, as in Kafka, also where it goes on by another one. */
  endWith(peer: Pick<Peer, 'onClose'>, session: ShareSession): void {
    const { groupId, memberId } = session
    session.onEnd = peer.onClose(() => this.#options.onLost(groupId, memberId))
  }

  /** A member is gone, or ends its session: what it has acquired is free again. */
  async releaseMember(groupId: string, memberId: string): Promise<void> {
    this.sessions.close(groupId, memberId)
    const ofGroup = [...this.#live.values()].filter(({ key }) => key.groupId === groupId)
    await Promise.all(
      ofGroup.map(async ({ opened }) => {
        const share = await opened
        if (typeof share !== 'number') await share.live.release(memberId)
      }),
    )
  }

  /** Begins again, at an offset. False where it could not be made durable. */
  async setStart(key: ShareKey, startOffset: number): Promise<boolean> {
    await this.#close(key)
    return await this.#options.states.write(key, { startOffset, runs: [] }, this.#epoch(key))
  }

  /** Forgets how far a group has come, with one topic or with all. */
  async forget(groupId: string, topicId?: string): Promise<boolean> {
    let isForgotten = true
    for (const { key } of [...this.#options.states.ofGroup(groupId)]) {
      if (topicId !== undefined && key.topicId !== topicId) continue
      await this.#close(key)
      isForgotten = (await this.#options.states.forget(key)) && isForgotten
    }
    return isForgotten
  }

  /** Places in topics that are gone mean nothing any more. */
  async onTopicsDeleted(): Promise<void> {
    const { groups, topics } = this.#options
    for (const { group } of [...groups.all()]) {
      if (group.type !== 'share') continue
      for (const topicId of [...group.topics.keys()]) {
        if (topics.getById(topicId) !== undefined) continue
        await this.forget(group.id, topicId)
        await groups.members.forgetShareTopic(group, topicId)
      }
    }
  }

  close(): void {
    for (const { opened } of this.#live.values())
      void opened.then(share => typeof share === 'number' || share.live.close())
    this.#live.clear()
  }

  async #open(key: ShareKey, topic: Topic): Promise<OpenedShare | number> {
    const { clock, deadlines, states } = this.#options
    const partition = await topic.partition(key.partition)
    const stored = states.get(key)?.snapshot
    const snapshot = stored ?? { startOffset: await this.#reset(key.groupId, partition), runs: [] }
    const stateEpoch = states.get(key)?.stateEpoch ?? this.#epoch(key)
    const live = new LiveSharePartition({
      snapshot,
      deadlines,
      nowMs: () => clock.nowMs(),
      limits: () => this.#limits(key.groupId),
      write: now => states.write(key, now, stateEpoch),
    })
    // where it begins is decided once
    if (stored === undefined && !(await states.write(key, snapshot, stateEpoch)))
      return errorCodes.KAFKA_STORAGE_ERROR
    return { live, partition }
  }

  async #reset(groupId: string, { log }: Partition): Promise<number> {
    const reset = this.#options.groups.configs.shareReset(groupId)
    if (reset === 'earliest') return log.startOffset
    if (reset === 'latest') return log.stableOffset
    const found = await log.offsetForTimestamp(this.#options.clock.nowMs() - durationOf(reset))
    return found?.offset ?? log.stableOffset
  }

  async #close(key: ShareKey): Promise<void> {
    const known = this.#live.get(nameOf(key))
    this.#live.delete(nameOf(key))
    const share = await known?.opened
    if (share !== undefined && typeof share !== 'number') share.live.close()
  }

  #epoch({ groupId }: ShareKey): number {
    return this.group(groupId)?.epoch ?? 0
  }

  #limits(groupId: string): ShareLimits {
    return { deliveryCount: deliveryCountLimit, inFlight: maxRecordLocks, lockMs: this.lockMs(groupId) }
  }
}
