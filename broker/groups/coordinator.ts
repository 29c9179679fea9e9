import { type Clock, type Logger, messageOf } from '../../lib/base/index.ts'
import { errorCodes, type KafkaRecord, type RecordInput } from '../../lib/kafka/index.ts'
import type { Deadlines } from '../deadlines.ts'
import type { Topic } from '../topics/topic.ts'
import { ClassicGroup } from './classic-group.ts'
import type { TopicDirectory } from './consumer/subscription.ts'
import type { GroupConfigs } from './group-configs.ts'
import { type GroupEntry, groupEntry, isForgettable } from './group-entry.ts'
import type { GroupLog } from './group-log.ts'
import { offsetRecord, readGroupEvent } from './group-records.ts'
import { type GroupTable, groupTombstones, replayGroup } from './group-states.ts'
import { Membership } from './membership.ts'
import { isExpired } from './offset-expiry.ts'
import type { OffsetChange } from './offsets.ts'
import { partitionOf } from './partition-of.ts'
import { PendingOffsets, placed } from './pending-offsets.ts'
import { StateTopic } from './state-topic.ts'

export interface CoordinatorOptions {
  clock: Clock
  logger: Logger
  deadlines: Deadlines
  topics: TopicDirectory
  configs: GroupConfigs
  /** A member of a share group is out: what it has acquired is free again. */
  onShareMemberGone: (groupId: string, memberId: string) => void
  initialDelayMs: number
  /** Offsets go so long after their group became empty (Kafka's offsets.retention.minutes). */
  offsetsRetentionMs: () => number
  /** `__consumer_offsets`, made when the first group needs it. */
  openTopic: () => Promise<Topic>
}

/**
 * Keeps all groups and their offsets, in memory and in `__consumer_offsets`. Groups live in the partition that Kafka's
 * hash of their id names. Who is in them and what they are assigned is `members`' affair.
 */
export class GroupCoordinator {
  readonly #options: CoordinatorOptions
  readonly #groups = new Map<string, GroupEntry>()
  readonly #table: GroupTable
  /** Of transactions that are still open. */
  readonly pending = new PendingOffsets()
  readonly #topic: StateTopic
  readonly members: Membership
  readonly configs: GroupConfigs

  constructor(options: CoordinatorOptions) {
    this.#options = options
    const { logger, deadlines, topics, configs } = options
    this.configs = configs
    this.#topic = new StateTopic({
      openTopic: options.openTopic,
      load: (log, index, partitions) => this.#read(log, index, partitions),
      onLoaded: () => this.#begin(),
    })
    this.#table = {
      get: id => this.#groups.get(id),
      open: id => this.#entry(id),
      newClassicGroup: id => this.#classicGroup(id),
      nowMs: () => this.#now(),
    }
    this.members = new Membership({
      ...this.#table,
      logger,
      deadlines,
      topics,
      limits: configs,
      append: (id, records) => this.#append(id, records),
      onUnused: entry => this.#forgetUnused(entry),
      onShareMemberGone: (id, memberId) => options.onShareMemberGone(id, memberId),
    })
  }

  /** Resolves when all groups have been read; makes the topic where it is not there yet. */
  ready(): Promise<void> {
    return this.#topic.ready()
  }

  get(id: string): GroupEntry | undefined {
    return this.#groups.get(id)
  }
  all(): Iterable<GroupEntry> {
    return this.#groups.values()
  }

  /** Writes offsets down and then makes them visible. False where they could not be written. */
  async commit(groupId: string, changes: readonly OffsetChange[]): Promise<boolean> {
    const { group } = this.#entry(groupId)
    const nowMs = this.#options.clock.nowMs()
    const records = changes.map(c => offsetRecord(groupId, c.topic, c.partition, c.committed, nowMs))
    return await this.#append(groupId, records, baseOffset => {
      // the group may have been forgotten and made anew meanwhile
      for (const change of placed(changes, baseOffset)) this.#setOffset(group.id, change)
    })
  }

  /** Writes offsets down that count when their transaction commits. Kafka's error code is the result. */
  async commitInTransaction(
    groupId: string,
    producer: { producerId: number; epoch: number },
    changes: readonly OffsetChange[],
  ): Promise<number> {
    const nowMs = this.#options.clock.nowMs()
    const records = changes.map(c => offsetRecord(groupId, c.topic, c.partition, c.committed, nowMs))
    const log = await this.#topic.logOf(groupId)
    return await log.appendIn(producer, records, baseOffset => {
      this.#entry(groupId)
      this.pending.add(producer.producerId, groupId, placed(changes, baseOffset))
    })
  }

  /** The outcome of a transaction stands in a partition of the offsets topic. */
  async endTransaction(index: number, producerId: number, isCommit: boolean): Promise<void> {
    const length = await this.#topic.partitionCount()
    this.#endTransaction(index, length, producerId, isCommit)
  }

  /** The partition of the offsets topic where a group is written. */
  async partitionOf(groupId: string): Promise<number> {
    return partitionOf(groupId, await this.#topic.partitionCount())
  }

  /** Forgets an empty group and all its offsets, durably. Kafka's error code is the result. */
  async deleteGroup(groupId: string): Promise<number> {
    const entry = this.#groups.get(groupId)
    if (entry === undefined) return errorCodes.GROUP_ID_NOT_FOUND
    if (entry.group.state !== 'Empty') return errorCodes.NON_EMPTY_GROUP
    const nowMs = this.#options.clock.nowMs()
    const offsets = [...entry.offsets.all(), ...this.pending.partitions(groupId)]
    const records = offsets.map(o => offsetRecord(groupId, o.topic, o.partition, null, nowMs))
    records.push(...groupTombstones(entry.group, nowMs))
    const isWritten = await this.#append(groupId, records, () => {
      for (const { topic, partition } of offsets)
        this.#setOffset(groupId, { topic, partition, committed: null })
      // someone may have joined meanwhile: the group stays, its next generation is written again
      if (entry.group.state !== 'Empty' || this.#groups.get(groupId) !== entry) return
      entry.timer?.cancel()
      this.#groups.delete(groupId)
    })
    return isWritten ? errorCodes.NONE : errorCodes.COORDINATOR_NOT_AVAILABLE
  }

  /** Offsets of a topic that is gone mean nothing any more. */
  async onTopicDeleted(topic: string): Promise<void> {
    for (const { group, offsets } of [...this.#groups.values()]) {
      const pending = this.pending.partitions(group.id).filter(change => change.topic === topic)
      const partitions = new Set([...offsets.partitions(topic), ...pending.map(({ partition }) => partition)])
      const changes = [...partitions].map(partition => ({ topic, partition, committed: null }))
      if (changes.length > 0) await this.commit(group.id, changes)
    }
  }

  /** Forgets what is past its time. */
  async clean(): Promise<void> {
    if (!this.#topic.isOpen) return
    await this.#topic.ready()
    for (const entry of [...this.#groups.values()]) await this.#expire(entry)
  }

  close(): void {
    for (const { timer } of this.#groups.values()) timer?.cancel()
  }

  async #append(
    groupId: string,
    records: readonly RecordInput[],
    apply?: (baseOffset: number) => void,
  ): Promise<boolean> {
    try {
      return await (await this.#topic.logOf(groupId)).append(records, apply)
    } catch (error) {
      this.#options.logger.error('the offsets topic cannot be written', { error: messageOf(error) })
      return false
    }
  }

  #read(log: GroupLog, index: number, partitions: number): Promise<void> {
    return log.load(
      (record, producerId) => this.#replay(record, producerId),
      ({ producerId, isCommit }) => this.#endTransaction(index, partitions, producerId, isCommit),
    )
  }

  #begin(): void {
    for (const entry of [...this.#groups.values()]) {
      this.members.begin(entry)
      this.#forgetUnused(entry)
    }
  }

  #setOffset(groupId: string, { topic, partition, committed }: OffsetChange): void {
    const { offsets } = this.#entry(groupId)
    if (committed !== null) offsets.set(topic, partition, committed)
    else {
      offsets.delete(topic, partition)
      this.pending.delete(groupId, topic, partition)
    }
  }

  #endTransaction(index: number, partitions: number, producerId: number, isCommit: boolean): void {
    const ended = this.pending.take(producerId, groupId => partitionOf(groupId, partitions) === index)
    for (const { groupId, changes } of ended)
      for (const change of changes) {
        const known = this.#entry(groupId).offsets.get(change.topic, change.partition)
        const isNewer = (change.committed?.recordOffset ?? 0) > (known?.recordOffset ?? -1)
        if (isCommit && isNewer) this.#setOffset(groupId, change)
      }
  }

  #replay(record: KafkaRecord, producerId: number | undefined): void {
    const event = readGroupEvent(record)
    if (event?.type === 'offset') {
      const changes = placed([event], record.offset)
      this.#entry(event.group)
      if (producerId === undefined) for (const change of changes) this.#setOffset(event.group, change)
      else this.pending.add(producerId, event.group, changes)
    } else if (event !== undefined) replayGroup(event, this.#table)
  }

  async #expire(entry: GroupEntry): Promise<void> {
    const { group, offsets } = entry
    const nowMs = this.#options.clock.nowMs()
    // what an open transaction is about to replace stays for now
    const due = [...offsets.all()].filter(
      ({ topic, partition, committed }) =>
        isExpired(group, topic, committed.committedAtMs, nowMs - this.#options.offsetsRetentionMs()) &&
        !this.pending.has(group.id, topic, partition),
    )
    if (due.length > 0)
      await this.commit(
        group.id,
        due.map(({ topic, partition }) => ({ topic, partition, committed: null })),
      )
    if (!this.#isForgettable(entry)) return
    await this.#append(group.id, groupTombstones(entry.group, nowMs), () => {
      // someone may have joined meanwhile
      if (this.#isForgettable(entry)) this.#groups.delete(group.id)
    })
  }

  #isForgettable(entry: GroupEntry): boolean {
    return isForgettable(entry) && !this.pending.hasAny(entry.group.id)
  }

  #entry(id: string): GroupEntry {
    const known = this.#groups.get(id)
    if (known !== undefined) return known
    const entry = groupEntry(this.#classicGroup(id))
    this.#groups.set(id, entry)
    return entry
  }

  #classicGroup(id: string): ClassicGroup {
    const { initialDelayMs, configs } = this.#options
    return new ClassicGroup(id, this.#now(), initialDelayMs, configs.maxSize)
  }

  /** A group that nobody came to join has left no trace. */
  #forgetUnused(entry: GroupEntry): void {
    const { group } = entry
    if (group.type === 'classic' && group.generation === 0 && this.#isForgettable(entry))
      this.#groups.delete(group.id)
  }

  /** Group times are wall times, since they are written down. */
  #now(): number {
    return this.#options.clock.nowMs()
  }
}
