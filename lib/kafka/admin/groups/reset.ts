import { type KafkaAdminClient, KafkaError } from '../../client/index.ts'
import { apis, errorCodes } from '../../index.ts'
import { coordinated } from '../coordinated.ts'
import { byTopic } from '../grouped.ts'
import { expectDone } from '../outcome.ts'
import { offsetBounds, offsetsAt, type Place, type PlaceOffset, placeKey } from '../partition-offsets.ts'
import { committedOffsets } from './committed.ts'
import type { GroupType } from './list.ts'

/** Where a group shall go on: as kafka-consumer-groups.sh has it. */
export type ResetTo =
  | { to: 'earliest' | 'latest' | 'current' }
  | { to: 'offset'; offset: number }
  | { to: 'datetime'; timestampMs: number }
  | { to: 'shift-by'; records: number }

export interface ResetRow extends Place {
  /** Undefined where nothing was committed. */
  current: number | undefined
  next: number
}

export interface ResetScope {
  /** Left out: every topic of which the group has offsets. */
  topics?: readonly string[] | undefined
  /** Left out: all of them. */
  partitions?: readonly number[] | undefined
}

/**
 * What a reset would do, and nothing done: one row for each partition. Offsets outside of what is there go to the nearest
 * end. Errors: KAFKA_UNKNOWN_TOPIC_OR_PARTITION.
 */
export async function planReset(
  client: KafkaAdminClient,
  { group, type }: { group: string; type: GroupType },
  scope: ResetScope,
  to: ResetTo,
): Promise<ResetRow[]> {
  const committed = new Map((await committedOffsets(client, group, type)).map(p => [placeKey(p), p.offset]))
  const places = await placesOf(client, scope, committed)
  const [bounds, times] = await Promise.all([
    offsetBounds(client, places),
    to.to === 'datetime' ? offsetsAt(client, places, to.timestampMs) : [],
  ])
  const byTime = new Map(times.map(place => [placeKey(place), place.offset]))
  return places.map(place => {
    const key = placeKey(place)
    const bound = bounds.get(key) ?? { startOffset: 0, endOffset: 0 }
    const current = committed.get(key)
    return { ...place, current, next: nextOffset(to, { ...bound, current, atTime: byTime.get(key) }) }
  })
}

/** Where one partition goes on: pure. */
export function nextOffset(
  to: ResetTo,
  at: { startOffset: number; endOffset: number; current: number | undefined; atTime: number | undefined },
): number {
  const { startOffset, endOffset, current, atTime = -1 } = at
  const within = (offset: number) => Math.min(Math.max(offset, startOffset), endOffset)
  switch (to.to) {
    case 'earliest':
      return startOffset
    case 'latest':
      return endOffset
    case 'current':
      return within(current ?? endOffset)
    case 'offset':
      return within(to.offset)
    case 'datetime':
      return atTime < 0 ? endOffset : within(atTime)
    case 'shift-by':
      return within((current ?? (to.records < 0 ? endOffset : startOffset)) + to.records)
  }
}

async function placesOf(
  client: KafkaAdminClient,
  { topics: wanted, partitions }: ResetScope,
  committed: ReadonlyMap<string, number>,
): Promise<Place[]> {
  const names = wanted ?? [...new Set([...committed.keys()].map(key => key.slice(0, key.lastIndexOf('/'))))]
  const known = await client.metadata(names)
  const absent = wanted?.find(name => !known.has(name))
  if (absent !== undefined)
    throw new KafkaError(errorCodes.UNKNOWN_TOPIC_OR_PARTITION, `there is no topic ${absent}`)
  return [...known.values()].flatMap(({ name, leaders }) =>
    (partitions ?? [...leaders.keys()])
      .filter(partition => leaders[partition] !== undefined)
      .map(partition => ({ topic: name, partition }))
      .filter(place => wanted !== undefined || committed.has(placeKey(place))),
  )
}

/**
 * Carries a plan out. The group must have no members, or they would commit over it.
 * Errors: KAFKA_UNKNOWN_MEMBER_ID or KAFKA_NON_EMPTY_GROUP where it has some.
 */
export async function applyReset(
  client: KafkaAdminClient,
  { group, type }: { group: string; type: GroupType },
  rows: readonly Pick<ResetRow, 'topic' | 'partition' | 'next'>[],
): Promise<void> {
  const offsets = rows.map(({ topic, partition, next }) => ({ topic, partition, offset: next }))
  if (offsets.length === 0) return
  const apply = type === 'share' ? alterShare : commit
  await coordinated(client, { group }, () => apply(client, group, offsets))
}

async function commit(
  client: KafkaAdminClient,
  group: string,
  offsets: readonly PlaceOffset[],
): Promise<void> {
  const topics = byTopic(offsets).map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partition, offset }) => ({
      partitionIndex: partition,
      committedOffset: offset,
      committedMetadata: '',
    })),
  }))
  const answer = await client.request(apis.offsetCommit, { groupId: group, topics, memberId: '' }, { group })
  for (const { partitions } of answer.topics)
    for (const { errorCode } of partitions) refuseMembers(errorCode, group)
}

async function alterShare(
  client: KafkaAdminClient,
  group: string,
  offsets: readonly PlaceOffset[],
): Promise<void> {
  const topics = byTopic(offsets).map(({ name, partitions }) => ({
    topicName: name,
    partitions: partitions.map(({ partition, offset }) => ({
      partitionIndex: partition,
      startOffset: offset,
    })),
  }))
  const answer = await client.request(apis.alterShareGroupOffsets, { groupId: group, topics }, { group })
  refuseMembers(answer.errorCode, group)
  for (const { partitions } of answer.responses)
    for (const { errorCode, errorMessage } of partitions)
      expectDone(errorCode, errorMessage, `resetting group ${group}`)
}

const hasMembers: ReadonlySet<number> = new Set([errorCodes.UNKNOWN_MEMBER_ID, errorCodes.NON_EMPTY_GROUP])

/** A broker says of a group with members that ours is none of them. */
function refuseMembers(code: number, group: string): void {
  if (hasMembers.has(code))
    throw new KafkaError(code, `group ${group} has members: stop its consumers, then reset it`)
  expectDone(code, null, `resetting group ${group}`)
}
