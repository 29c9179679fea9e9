import type { Fetcher, KafkaAdminClient } from '../../client/index.ts'
import { BatchCursor, readRecords } from '../../index.ts'
import { offsetBounds, type Place, placeKey } from '../partition-offsets.ts'
import { committedOffsets } from './committed.ts'
import type { FullGroupDescription } from './describe.ts'

export interface PartitionLag extends Place {
  /** Undefined where a partition is assigned of which nothing was committed yet. */
  committed: number | undefined
  startOffset: number
  endOffset: number
  /** Offsets from the committed one, or the start, to the end. */
  lagRecords: number
  /** Age of the oldest record not yet read; 0 without lag. */
  lagSeconds: number
  /** Client ids of the members that have it; a share group may have several. */
  members: string[]
}

const waitMs = 500
const firstBytes = 65_536

/** How far a group is behind in every partition that it reads, or has committed for; by topic and partition. */
export async function groupLag(
  client: KafkaAdminClient,
  { group, type, members }: Pick<FullGroupDescription, 'group' | 'type' | 'members'>,
  nowMs: number,
): Promise<PartitionLag[]> {
  const owners = ownersOf(members)
  const committed = new Map(
    (await committedOffsets(client, group, type)).map(place => [placeKey(place), place]),
  )
  const places = await existing(client, [
    ...[...committed.values()],
    ...[...owners.values()].map(owned => owned.place),
  ])
  const bounds = await offsetBounds(client, places)
  const fetcher = client.openFetcher()
  try {
    const behind = places.map(place => {
      const key = placeKey(place)
      const { startOffset, endOffset } = bounds.get(key) ?? { startOffset: 0, endOffset: 0 }
      const offset = committed.get(key)?.offset
      const lagRecords = Math.max(0, endOffset - Math.max(offset ?? 0, startOffset))
      const owned = owners.get(key)?.members ?? []
      return {
        ...place,
        committed: offset,
        startOffset,
        endOffset,
        lagRecords,
        lagSeconds: 0,
        members: owned,
      }
    })
    const ages = await agesOf(fetcher, behind, nowMs)
    return behind
      .map(lag => ({ ...lag, lagSeconds: ages.get(placeKey(lag)) ?? 0 }))
      .sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1))
  } finally {
    await fetcher.close()
  }
}

function ownersOf(
  members: FullGroupDescription['members'],
): Map<string, { place: Place; members: string[] }> {
  const owners = new Map<string, { place: Place; members: string[] }>()
  for (const { clientId, assignments } of members)
    for (const { topic, partitions } of assignments)
      for (const partition of partitions) {
        const place = { topic, partition }
        const owned = owners.get(placeKey(place))
        if (owned === undefined) owners.set(placeKey(place), { place, members: [clientId] })
        else owned.members.push(clientId)
      }
  return owners
}

/** Each place once, and only those that are still there: offsets outlive topics. */
async function existing(client: KafkaAdminClient, places: readonly Place[]): Promise<Place[]> {
  const topics = await client.metadata([...new Set(places.map(place => place.topic))])
  const unique = new Map(
    places.map(({ topic, partition }) => [placeKey({ topic, partition }), { topic, partition }]),
  )
  return [...unique.values()].filter(
    ({ topic, partition }) => (topics.get(topic)?.leaders[partition] ?? -1) >= 0,
  )
}

/** Seconds since the first record that was not read, by partition; one round of fetches for all. */
async function agesOf(
  fetcher: Fetcher,
  behind: readonly PartitionLag[],
  nowMs: number,
): Promise<Map<string, number>> {
  const asked = behind
    .filter(lag => lag.lagRecords > 0)
    .map(({ topic, partition, committed, startOffset }) => ({
      topic,
      partition,
      offset: Math.max(committed ?? 0, startOffset),
      maxBytes: firstBytes,
    }))
  const ages = new Map<string, number>()
  if (asked.length === 0) return ages
  const offsets = new Map(asked.map(place => [placeKey(place), place.offset]))
  for (const { topic, partition, records } of await fetcher.fetch(asked, { maxWaitMs: waitMs })) {
    const key = placeKey({ topic, partition })
    const timestampMs = firstTimestamp(records, offsets.get(key) ?? 0)
    // a record without a time is of no age
    if (timestampMs !== undefined && timestampMs > 0) ages.set(key, Math.max(0, (nowMs - timestampMs) / 1000))
  }
  return ages
}

function firstTimestamp(records: Buffer, offset: number): number | undefined {
  const cursor = new BatchCursor(records)
  while (cursor.next()) {
    if (cursor.lastOffset < offset || cursor.isControl) continue
    return readRecords(cursor).find(record => record.offset >= offset)?.timestampMs
  }
  return undefined
}
