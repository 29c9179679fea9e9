import { type KafkaAdminClient, untilKnown } from '../client/index.ts'
import { apis } from '../index.ts'
import { byTopic, groupedBy } from './grouped.ts'
import { expectDone } from './outcome.ts'

export interface Place {
  topic: string
  partition: number
}

export interface PlaceOffset extends Place {
  /** -1 where no record is that young. */
  offset: number
}

/** A time in ms, or one of the ends of a partition. */
export type OffsetAt = number | 'earliest' | 'latest'

const special = { latest: -1, earliest: -2 }

/**
 * One offset of each of many partitions, with one request for each broker that leads some: the first record at or after a
 * time, or an end. Partitions without a leader reject as KAFKA_LEADER_NOT_AVAILABLE.
 */
export async function offsetsAt(
  client: KafkaAdminClient,
  places: readonly Place[],
  at: OffsetAt,
): Promise<PlaceOffset[]> {
  if (places.length === 0) return []
  return await untilKnown(() => ask(client, places, at))
}

async function ask(client: KafkaAdminClient, places: readonly Place[], at: OffsetAt): Promise<PlaceOffset[]> {
  const topics = await client.metadata([...new Set(places.map(place => place.topic))])
  const leaderOf = ({ topic, partition }: Place) => topics.get(topic)?.leaders[partition] ?? -1
  const led = [...groupedBy(places, place => String(leaderOf(place)))]
  const answers = await Promise.all(led.map(([leader, own]) => askLeader(client, Number(leader), own, at)))
  return answers.flat()
}

async function askLeader(
  client: KafkaAdminClient,
  leader: number,
  places: readonly Place[],
  at: OffsetAt,
): Promise<PlaceOffset[]> {
  const timestamp = typeof at === 'number' ? at : special[at]
  const topics = byTopic(places).map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partition }) => ({ partitionIndex: partition, timestamp })),
  }))
  const [first] = places as [Place]
  const target = leader >= 0 ? { node: leader } : { topic: first.topic, partition: first.partition }
  const answer = await client.request(apis.listOffsets, { replicaId: -1, isolationLevel: 0, topics }, target)
  return answer.topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partitionIndex, errorCode, offset }) => {
      expectDone(errorCode, null, `asking for an offset of ${name}-${partitionIndex}`)
      return { topic: name, partition: partitionIndex, offset }
    }),
  )
}

/** Start and end of each partition, by `topic/partition`. */
export async function offsetBounds(
  client: KafkaAdminClient,
  places: readonly Place[],
): Promise<Map<string, { startOffset: number; endOffset: number }>> {
  const [starts, ends] = await Promise.all([
    offsetsAt(client, places, 'earliest'),
    offsetsAt(client, places, 'latest'),
  ])
  const startOf = new Map(starts.map(start => [placeKey(start), start.offset]))
  return new Map(
    ends.map(end => [placeKey(end), { startOffset: startOf.get(placeKey(end)) ?? 0, endOffset: end.offset }]),
  )
}

export function placeKey({ topic, partition }: Place): string {
  return `${topic}/${partition}`
}
