import { type Clock, type Logger, messageOf } from '../../lib/base/index.ts'
import { errorCodes, type KafkaRecord, type RecordInput } from '../../lib/kafka/index.ts'
import type { Deadlines } from '../deadlines.ts'
import type { Topic } from '../topics/topic-table.ts'
import { ClassicGroup } from './classic-group.ts'
import { type GroupEntry, groupEntry, isForgettable } from './group-entry.ts'
import { GroupLog } from './group-log.ts'
import { groupRecord, groupTombstone, offsetRecord, readGroupEvent, restoreGroup } from './group-records.ts'
import { type JoinRequest, join } from './joining.ts'
import type { CommittedOffset } from './offsets.ts'
import type { Effect, JoinOutcome, SyncOutcome } from './outcomes.ts'
import { PendingOffsets, placed } from './pending-offsets.ts'
import { type SyncRequest, stored, sync } from './syncing.ts'

/** Kafka's offsets.retention.minutes: offsets go so long after their group became empty. */
export const offsetsRetentionMs = 604_800_000

export interface CoordinatorOptions {
  clock: Clock
  logger: Logger
  deadlines: Deadlines
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
 * Keeps all groups: the shell around the state machines. It parks requests, arms timers, and writes what groups ask to
 * be written before it answers. Groups live in the partition that Kafka's hash of their id names.
 */
export class GroupCoordinator {
  readonly #options: CoordinatorOptions
  readonly #groups = new Map<string, GroupEntry>()
  /** Of transactions that are still open. */
  readonly pending = new PendingOffsets()
  #shards: Promise<Shard[]> | undefined
  #nextToken = 1
  readonly #joins = new Map<number, (outcome: JoinOutcome) => void>()
  readonly #syncs = new Map<number, (outcome: SyncOutcome) => void>()

  constructor(options: CoordinatorOptions) {
    this.#options = options
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

  join(groupId: string, request: JoinRequest): Promise<JoinOutcome> {
    const entry = this.#entry(groupId)
    return new Promise(resolve => {
      const token = this.#nextToken++
      this.#joins.set(token, resolve)
      join(entry.group, request, token, this.#now())
      this.settle(entry)
    })
  }

  sync(groupId: string, request: SyncRequest): Promise<SyncOutcome> {
    const entry = this.#entry(groupId)
    return new Promise(resolve => {
      const token = this.#nextToken++
      this.#syncs.set(token, resolve)
      sync(entry.group, request, token, this.#now())
      this.settle(entry)
    })
  }

  /** Lets an operation change the group, then carries out what follows from it. */
  change<T>(entry: GroupEntry, operation: (group: ClassicGroup, nowMs: number) => T): T {
    const result = operation(entry.group, this.#now())
    this.settle(entry)
    return result
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
    const shards = await this.#ready()
    const { log } = shards[partitionOf(groupId, shards.length)] as Shard
    return await log.appendIn(producer, records, baseOffset => {
      this.#entry(groupId)
      this.pending.add(producer.producerId, groupId, placed(changes, baseOffset))
    })
  }

  /** The outcome of a transaction stands in a partition of the offsets topic. */
  async endTransaction(index: number, producerId: number, isCommit: boolean): Promise<void> {
    const { length } = await this.#ready()
    this.#endTransaction(index, length, producerId, isCommit)
  }

  /** The partition of the offsets topic where a group is written. */
  async partitionOf(groupId: string): Promise<number> {
    return partitionOf(groupId, (await this.#ready()).length)
  }

  /** Forgets an empty group and all its offsets, durably. Kafka's error code is the result. */
  async deleteGroup(groupId: string): Promise<number> {
    const entry = this.#groups.get(groupId)
    if (entry === undefined) return errorCodes.GROUP_ID_NOT_FOUND
    if (entry.group.state !== 'Empty') return errorCodes.NON_EMPTY_GROUP
    const nowMs = this.#options.clock.nowMs()
    const offsets = [...entry.offsets.all(), ...this.pending.partitions(groupId)]
    const records = offsets.map(o => offsetRecord(groupId, o.topic, o.partition, null, nowMs))
    const isWritten = await this.#append(groupId, [...records, groupTombstone(groupId, nowMs)], () => {
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

  /** Carries out the effects of an operation and arms the group's timer. */
  settle(entry: GroupEntry): void {
    for (const effect of entry.group.takeEffects()) this.#carryOut(entry, effect)
    entry.timer?.cancel()
    const { nextDeadlineMs } = entry.group
    entry.timer = Number.isFinite(nextDeadlineMs)
      ? this.#options.deadlines.after(Math.max(0, nextDeadlineMs - this.#now()), () => {
          this.change(entry, (group, nowMs) => group.tick(nowMs))
        })
      : undefined
    if (this.#isForgettable(entry) && entry.group.generation === 0) this.#groups.delete(entry.group.id)
  }

  #carryOut(entry: GroupEntry, effect: Effect): void {
    if (effect.type === 'join') {
      this.#joins.get(effect.token)?.(effect.outcome)
      this.#joins.delete(effect.token)
    } else if (effect.type === 'sync') {
      this.#syncs.get(effect.token)?.(effect.outcome)
      this.#syncs.delete(effect.token)
    } else void this.#store(entry, effect.generation)
  }

  async #store(entry: GroupEntry, generation: number): Promise<void> {
    const { group } = entry
    const record = groupRecord(group, this.#options.clock.nowMs())
    const isWritten = await this.#append(group.id, [record])
    if (!isWritten) this.#options.logger.error('a group could not be written down', { group: group.id })
    this.change(entry, (g, nowMs) => stored(g, generation, isWritten, nowMs))
  }

  async #append(
    groupId: string,
    records: readonly RecordInput[],
    apply?: (baseOffset: number) => void,
  ): Promise<boolean> {
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
      await log.load(
        (record, producerId) => this.#replay(record, producerId),
        ({ producerId, isCommit }) => this.#endTransaction(index, topic.partitionCount, producerId, isCommit),
      )
      shards.push({ log, index })
    }
    for (const entry of this.#groups.values()) this.settle(entry)
    return shards
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
    } else if (event?.type === 'group' && event.value !== null) {
      const entry = this.#entry(event.group)
      entry.group = restoreGroup(event.group, event.value, this.#now(), this.#options.initialDelayMs)
    } else if (event?.type === 'group') this.#groups.delete(event.group)
  }

  async #expire(entry: GroupEntry): Promise<void> {
    const { group, offsets } = entry
    if (group.state !== 'Empty') return
    const nowMs = this.#options.clock.nowMs()
    const oldest = nowMs - offsetsRetentionMs
    // a group that was never joined ages by its commits, any other by when it became empty
    const isAged = (committedAtMs: number) =>
      committedAtMs < oldest && (group.protocolType === null || group.stateSinceMs < oldest)
    // what an open transaction is about to replace stays for now
    const due = [...offsets.all()].filter(
      ({ topic, partition, committed }) =>
        isAged(committed.committedAtMs) && !this.pending.has(group.id, topic, partition),
    )
    if (due.length > 0)
      await this.commit(
        group.id,
        due.map(({ topic, partition }) => ({ topic, partition, committed: null })),
      )
    if (!this.#isForgettable(entry)) return
    await this.#append(group.id, [groupTombstone(group.id, nowMs)], () => {
      // someone may have joined meanwhile
      if (this.#isForgettable(entry)) this.#groups.delete(group.id)
    })
  }

  /** Everything that one partition has to keep. */
  #stateOf(index: number, partitions: number): RecordInput[] {
    const nowMs = this.#options.clock.nowMs()
    const records: RecordInput[] = []
    for (const { group, offsets } of this.#groups.values()) {
      if (partitionOf(group.id, partitions) !== index) continue
      if (group.protocolType !== null) records.push(groupRecord(group, nowMs))
      for (const { topic, partition, committed } of offsets.all())
        records.push(offsetRecord(group.id, topic, partition, committed, nowMs))
    }
    return records
  }

  #isForgettable(entry: GroupEntry): boolean {
    return isForgettable(entry) && !this.pending.hasAny(entry.group.id)
  }

  #entry(id: string): GroupEntry {
    const known = this.#groups.get(id)
    if (known !== undefined) return known
    const entry = groupEntry(new ClassicGroup(id, this.#now(), this.#options.initialDelayMs))
    this.#groups.set(id, entry)
    return entry
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

/** Kafka's code for a commit of someone who may not commit; 0 where it may. */
export function commitProblem(
  entry: GroupEntry | undefined,
  request: { memberId: string; instanceId: string | null; generation: number },
  problem: (group: ClassicGroup) => number,
): number {
  // a consumer that assigns itself its partitions commits to a group without members
  if (request.generation < 0)
    return entry === undefined || entry.group.state === 'Empty'
      ? errorCodes.NONE
      : errorCodes.UNKNOWN_MEMBER_ID
  if (entry === undefined) return errorCodes.ILLEGAL_GENERATION
  const errorCode = problem(entry.group)
  if (errorCode !== 0) return errorCode
  return entry.group.state === 'CompletingRebalance' ? errorCodes.REBALANCE_IN_PROGRESS : errorCodes.NONE
}
