import {
  groupMetadataKey,
  groupMetadataValue,
  type KafkaRecord,
  offsetCommitKey,
  offsetCommitValue,
  Reader,
  type RecordInput,
  versionedFromBuffer,
  versionedToBuffer,
} from '../../lib/kafka/index.ts'
import type { ClassicGroup } from './classic-group.ts'
import { type ConsumerEvent, readConsumerEvent } from './consumer/consumer-replay.ts'
import { metadataOf } from './member.ts'
import type { CommittedOffset } from './offsets.ts'
import { groupKey, groupKind, withKind } from './record-keys.ts'
import { readShareEvent, type ShareEvent } from './share/share-replay.ts'

/**
 * Records of `__consumer_offsets` in Kafka's own formats. A key begins with its kind (int16): 0 and 1 an offset, 2 a
 * classic group, 3 to 8 and 16 a consumer group, 10 to 15 a share group; a record without a value takes back what the key names.
 */
const offsetKind = 1
/** The newest versions without tagged fields, as Kafka writes them. */
const offsetValueVersion = 3
const groupValueVersion = 3

/** Null forgets the offset. */
export function offsetRecord(
  group: string,
  topic: string,
  partition: number,
  committed: CommittedOffset | null,
  nowMs: number,
): RecordInput {
  const key = withKind(offsetKind, versionedToBuffer(offsetCommitKey, 0, { group, topic, partition }))
  const value =
    committed &&
    versionedToBuffer(offsetCommitValue, offsetValueVersion, {
      offset: committed.offset,
      leaderEpoch: committed.leaderEpoch,
      metadata: committed.metadata,
      commitTimestamp: committed.committedAtMs,
    })
  return { key, value, timestampMs: nowMs, headers: [] }
}

export function groupRecord(group: ClassicGroup, nowMs: number): RecordInput {
  const value = versionedToBuffer(groupMetadataValue, groupValueVersion, {
    protocolType: group.protocolType ?? '',
    generation: group.generation,
    protocol: group.protocol,
    leader: group.leaderId,
    currentStateTimestamp: group.stateSinceMs,
    members: [...group.members.values()].map(member => ({
      memberId: member.memberId,
      groupInstanceId: member.instanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      rebalanceTimeout: member.rebalanceTimeoutMs,
      sessionTimeout: member.sessionTimeoutMs,
      subscription: metadataOf(member, group.protocol),
      assignment: member.assignment,
    })),
  })
  return { key: groupKey(group.id), value, timestampMs: nowMs, headers: [] }
}

export type GroupEvent =
  | { type: 'offset'; group: string; topic: string; partition: number; committed: CommittedOffset | null }
  | { type: 'group'; group: string; value: ReturnType<typeof readGroupValue> | null }
  | ConsumerEvent
  | ShareEvent

/** Undefined for kinds we do not know, as newer brokers may have written. */
export function readGroupEvent(record: KafkaRecord): GroupEvent | undefined {
  if (record.key === null) return undefined
  const reader = new Reader(record.key)
  const kind = reader.int16()
  if (kind === groupKind) {
    const { group } = groupMetadataKey.read(reader, 0)
    return { type: 'group', group, value: record.value && readGroupValue(record.value) }
  }
  if (kind > offsetKind || kind < 0)
    return readConsumerEvent(kind, reader, record.value) ?? readShareEvent(kind, reader, record.value)
  const { group, topic, partition } = offsetCommitKey.read(reader, 0)
  return { type: 'offset', group, topic, partition, committed: record.value && readOffsetValue(record.value) }
}

function readOffsetValue(bytes: Buffer): CommittedOffset {
  const value = versionedFromBuffer(offsetCommitValue, bytes)
  const { offset, leaderEpoch, metadata, commitTimestamp: committedAtMs } = value
  return { offset, leaderEpoch, metadata, committedAtMs }
}

function readGroupValue(bytes: Buffer) {
  return versionedFromBuffer(groupMetadataValue, bytes)
}

/** The group as it was written; members have a full session to be heard from again. */
export function restoreGroup(
  group: ClassicGroup,
  value: ReturnType<typeof readGroupValue>,
  nowMs: number,
): ClassicGroup {
  group.generation = value.generation
  group.protocolType = value.protocolType === '' ? null : value.protocolType
  group.protocol = value.protocol
  for (const member of value.members)
    group.add({
      memberId: member.memberId,
      instanceId: member.groupInstanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      sessionTimeoutMs: member.sessionTimeout,
      rebalanceTimeoutMs: member.rebalanceTimeout < 0 ? member.sessionTimeout : member.rebalanceTimeout,
      protocols: [{ name: value.protocol ?? '', metadata: member.subscription }],
      assignment: member.assignment,
      joinToken: undefined,
      syncToken: undefined,
      owesSync: false,
      expiresAtMs: nowMs + member.sessionTimeout,
    })
  group.leaderId = value.leader
  group.state = group.members.size === 0 ? 'Empty' : 'Stable'
  if (value.currentStateTimestamp >= 0) group.stateSinceMs = value.currentStateTimestamp
  return group
}
