import { type Clock, type Logger, messageOf } from '../../lib/base/index.ts'
import {
  type KafkaRecord,
  Reader,
  type RecordInput,
  shareSnapshotKey,
  shareSnapshotValue,
  versionedFromBuffer,
  versionedToBuffer,
} from '../../lib/kafka/index.ts'
import { withKind } from '../groups/record-keys.ts'
import { StateTopic } from '../groups/state-topic.ts'
import { leaderEpoch } from '../partitions/leader-epochs.ts'
import type { Topic } from '../topics/topic.ts'
import { isDone, type RecordState } from './record-runs.ts'
import type { ShareSnapshot } from './share-partition.ts'

/** One partition of a topic as one share group has it. */
export interface ShareKey {
  groupId: string
  topicId: string
  partition: number
}

export interface StoredState {
  snapshot: ShareSnapshot
  /** Counts what is written. */
  snapshotEpoch: number
  /** The group's epoch when it began here. */
  stateEpoch: number
}

export interface ShareStatesOptions {
  clock: Clock
  logger: Logger
  /** Undefined while nothing has ever been written. */
  findTopic: () => Topic | undefined
  openTopic: () => Promise<Topic>
}

/** The kind of a snapshot's key; updates (1), which Kafka writes in between, are not written here. */
const snapshotKind = 0
const stateNumbers: Readonly<Record<RecordState, number>> = {
  available: 0,
  acquired: 1,
  acknowledged: 2,
  archived: 4,
}

/**
 * How far share groups have come, in the compacted topic `__share_group_state`, in Kafka's format: the newest snapshot of
 * each partition counts. They are small, since records in the same state are one entry.
 */
export class ShareStates {
  readonly #options: ShareStatesOptions
  readonly #stored = new Map<string, { key: ShareKey; state: StoredState }>()
  readonly #topic: StateTopic

  constructor(options: ShareStatesOptions) {
    this.#options = options
    const { openTopic } = options
    this.#topic = new StateTopic({ openTopic, load: log => log.load(record => this.#replay(record)) })
  }

  /** Resolves when everything has been read. */
  async ready(): Promise<void> {
    if (this.#options.findTopic() !== undefined) await this.#topic.ready()
  }

  get(key: ShareKey): StoredState | undefined {
    return this.#stored.get(nameOf(key))?.state
  }

  *ofGroup(groupId: string): Iterable<{ key: ShareKey; state: StoredState }> {
    for (const stored of this.#stored.values()) if (stored.key.groupId === groupId) yield stored
  }

  /** False where it could not be made durable. */
  async write(key: ShareKey, snapshot: ShareSnapshot, stateEpoch: number): Promise<boolean> {
    const snapshotEpoch = (this.get(key)?.snapshotEpoch ?? -1) + 1
    const state = { snapshot, snapshotEpoch, stateEpoch }
    this.#stored.set(nameOf(key), { key, state })
    return await this.#append(key, [recordOf(key, state, this.#options.clock.nowMs())])
  }

  async forget(key: ShareKey): Promise<boolean> {
    if (!this.#stored.delete(nameOf(key))) return true
    return await this.#append(key, [recordOf(key, null, this.#options.clock.nowMs())])
  }

  async #append(key: ShareKey, records: RecordInput[]): Promise<boolean> {
    try {
      return await (await this.#topic.logOf(nameOf(key))).append(records)
    } catch (error) {
      this.#options.logger.error('the share state topic cannot be written', { error: messageOf(error) })
      return false
    }
  }

  #replay(record: KafkaRecord): void {
    const reader = record.key === null ? undefined : new Reader(record.key)
    if (reader === undefined || reader.int16() !== snapshotKind) return
    const key = shareSnapshotKey.read(reader, 0)
    if (record.value === null) this.#stored.delete(nameOf(key))
    else this.#stored.set(nameOf(key), { key, state: readState(record.value) })
  }
}

/** As Kafka writes it in text: its hash names the partition of the topic. */
export function nameOf({ groupId, topicId, partition }: ShareKey): string {
  return `${groupId}:${topicId}:${partition}`
}

function recordOf(key: ShareKey, state: StoredState | null, timestampMs: number): RecordInput {
  const keyBytes = withKind(snapshotKind, versionedToBuffer(shareSnapshotKey, 0, key))
  const value = state && versionedToBuffer(shareSnapshotValue, 0, written(state, timestampMs))
  return { key: keyBytes, value, timestampMs, headers: [] }
}

function written({ snapshot, snapshotEpoch, stateEpoch }: StoredState, nowMs: number) {
  const { startOffset, runs } = snapshot
  const done = runs.filter(run => isDone({ ...run, memberId: '', lockedUntilMs: 0 }))
  return {
    snapshotEpoch,
    stateEpoch,
    leaderEpoch,
    startOffset,
    deliveryCompleteCount: done.reduce((sum, { first, last }) => sum + last - first + 1, 0),
    createTimestamp: nowMs,
    writeTimestamp: nowMs,
    stateBatches: runs.map(({ first, last, state, deliveryCount }) => ({
      firstOffset: first,
      lastOffset: last,
      deliveryState: stateNumbers[state],
      deliveryCount,
    })),
  }
}

function readState(bytes: Buffer): StoredState {
  const { startOffset, stateBatches, snapshotEpoch, stateEpoch } = versionedFromBuffer(
    shareSnapshotValue,
    bytes,
  )
  const runs = stateBatches.map(({ firstOffset: first, lastOffset: last, deliveryState, deliveryCount }) => ({
    first,
    last,
    state: stateOf(deliveryState),
    deliveryCount,
  }))
  return { snapshot: { startOffset, runs }, snapshotEpoch, stateEpoch }
}

function stateOf(number: number): RecordState {
  if (number === stateNumbers.acknowledged) return 'acknowledged'
  return number === stateNumbers.archived ? 'archived' : 'available'
}
