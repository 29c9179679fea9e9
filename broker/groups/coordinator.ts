import { type Clock, type Logger, messageOf } from '../../lib/base/index.ts'
import { errorCodes, type KafkaRecord, type RecordInput } from '../../lib/kafka/index.ts'
import type { Deadlines } from '../deadlines.ts'
import type { Topic } from '../topics/topic-table.ts'
import { ClassicGroup } from './classic-group.ts'
import type { TopicDirectory } from './consumer/subscription.ts'
import type { GroupConfigs } from './group-configs.ts'
import { type GroupEntry, groupEntry, isForgettable } from './group-entry.ts'
import { GroupLog } from './group-log.ts'
import { offsetRecord, readGroupEvent } from './group-records.ts'
import { type GroupTable, groupRecords, groupTombstones, replayGroup } from './group-states.ts'
import { Membership } from './membership.ts'
import { isExpired } from './offset-expiry.ts'
import type { CommittedOffset } from './offsets.ts'

/** Kafka's offsets.retention.minutes: offsets go so long after their group became empty. */
export const offsetsRetentionMs = 604_800_000

export interface CoordinatorOptions {
  clock: Clock
  logger: Logger
  deadlines: Deadlines
  topics: TopicDirectory
  configs: GroupConfigs
  /** A member of a share group is out: what it has acquired is free again. */
  onShareMemberGone: (groupId: string, memberId: string) => void
  initialDelayMs: number
  /** `__consumer_offsets`, made when the first group needs it. */
  openTopic: () => Promise<Topic>
}

export interface OffsetChange {
  topic: string
  partition: number
  /** Null forgets. */
  committed: CommittedOffset | null
}

/** Where one partition's groups are written; ready when everything in it has been read. */
interface Shard {
  log: GroupLog
  index: number
}

/**
 * Keeps all groups and their offsets, in memory and in `__consumer_offsets`. Groups live in the partition that Kafka's
 * hash of their id names. Who is in them and what they are assigned is `members`' affair.
 */
export class GroupCoordinator {
  readonly #options: CoordinatorOptions
  readonly #groups = new Map<string, GroupEntry>()
  readonly #table: GroupTable
  #shards: Promise<Shard[]> | undefined
  readonly members: Membership
  readonly configs: GroupConfigs

  constructor(options: CoordinatorOptions) {
    this.#options = options
    const { logger, deadlines, topics, configs } = options
    this.configs = configs
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
  async ready(): Promise<void> {
    await this.#ready()
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
    return await this.#append(groupId, records, () => {
      // the group may have been forgotten and made anew meanwhile
      const { offsets } = this.#entry(group.id)
      for (const { topic, partition, committed } of changes)
        if (committed === null) offsets.delete(topic, partition)
        else offsets.set(topic, partition, committed)
    })
  }

  /** Forgets an empty group and all its offsets, durably. Kafka's error code is the result. */
  async deleteGroup(groupId: string): Promise<number> {
    const entry = this.#groups.get(groupId)
    if (entry === undefined) return errorCodes.GROUP_ID_NOT_FOUND
    if (entry.group.state !== 'Empty') return errorCodes.NON_EMPTY_GROUP
    const nowMs = this.#options.clock.nowMs()
    const offsets = [...entry.offsets.all()]
    const records = offsets.map(o => offsetRecord(groupId, o.topic, o.partition, null, nowMs))
    records.push(...groupTombstones(entry.group, nowMs))
    const isWritten = await this.#append(groupId, records, () => {
      for (const { topic, partition } of offsets) entry.offsets.delete(topic, partition)
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
      const changes = offsets.partitions(topic).map(partition => ({ topic, partition, committed: null }))
      if (changes.length > 0) await this.commit(group.id, changes)
    }
  }

  /** Forgets what is past its time, and shortens logs that consist mostly of what has been replaced. */
  async clean(): Promise<void> {
    if (this.#shards === undefined) return
    const shards = await this.#shards
    for (const entry of [...this.#groups.values()]) await this.#expire(entry)
    for (const { log, index } of shards)
      if (log.isWorthTrimming) await log.trim(() => this.#stateOf(index, shards.length))
  }

  close(): void {
    for (const { timer } of this.#groups.values()) timer?.cancel()
  }

  async #append(groupId: string, records: readonly RecordInput[], apply?: () => void): Promise<boolean> {
    try {
      const shards = await this.#ready()
      const shard = shards[partitionOf(groupId, shards.length)] as Shard
      return await shard.log.append(records, apply)
    } catch (error) {
      this.#options.logger.error('the offsets topic cannot be written', { error: messageOf(error) })
      return false
    }
  }

  #ready(): Promise<Shard[]> {
    this.#shards ??= this.#load().catch(error => {
      this.#shards = undefined
      throw error
    })
    return this.#shards
  }

  async #load(): Promise<Shard[]> {
    const topic = await this.#options.openTopic()
    const shards: Shard[] = []
    for (let index = 0; index < topic.partitionCount; index++) {
      const log = new GroupLog(await topic.partition(index))
      await log.load(record => this.#replay(record))
      shards.push({ log, index })
    }
    for (const entry of [...this.#groups.values()]) {
      this.members.begin(entry)
      this.#forgetUnused(entry)
    }
    return shards
  }

  #replay(record: KafkaRecord): void {
    const event = readGroupEvent(record)
    if (event?.type === 'offset') {
      const { offsets } = this.#entry(event.group)
      if (event.committed === null) offsets.delete(event.topic, event.partition)
      else offsets.set(event.topic, event.partition, event.committed)
    } else if (event !== undefined) replayGroup(event, this.#table)
  }

  async #expire(entry: GroupEntry): Promise<void> {
    const { group, offsets } = entry
    const nowMs = this.#options.clock.nowMs()
    const due = [...offsets.all()].filter(({ topic, committed }) =>
      isExpired(group, topic, committed.committedAtMs, nowMs - offsetsRetentionMs),
    )
    if (due.length > 0)
      await this.commit(
        group.id,
        due.map(({ topic, partition }) => ({ topic, partition, committed: null })),
      )
    if (!isForgettable(entry)) return
    await this.#append(group.id, groupTombstones(entry.group, nowMs), () => {
      // someone may have joined meanwhile
      if (isForgettable(entry)) this.#groups.delete(group.id)
    })
  }

  /** Everything that one partition has to keep. */
  #stateOf(index: number, partitions: number): RecordInput[] {
    const nowMs = this.#options.clock.nowMs()
    const records: RecordInput[] = []
    for (const { group, offsets } of this.#groups.values()) {
      if (partitionOf(group.id, partitions) !== index) continue
      records.push(...groupRecords(group, nowMs))
      for (const { topic, partition, committed } of offsets.all())
        records.push(offsetRecord(group.id, topic, partition, committed, nowMs))
    }
    return records
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
    if (group.type === 'classic' && group.generation === 0 && isForgettable(entry))
      this.#groups.delete(group.id)
  }

  /** Group times are wall times, since they are written down. */
  #now(): number {
    return this.#options.clock.nowMs()
  }
}

/** Kafka's choice: java.lang.String.hashCode of the id; its tools check it. */
export function partitionOf(groupId: string, partitions: number): number {
  let hash = 0
  for (let i = 0; i < groupId.length; i++) hash = (Math.imul(hash, 31) + groupId.charCodeAt(i)) | 0
  return (hash === -0x8000_0000 ? 0 : Math.abs(hash)) % partitions
}
