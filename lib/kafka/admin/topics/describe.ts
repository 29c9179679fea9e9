import { type KafkaAdminClient, KafkaError } from '../../client/index.ts'
import { apis, errorCodes, type ResponseOf } from '../../index.ts'
import { describeLogDirs, partitionBytes } from '../log-dirs.ts'
import { expectDone } from '../outcome.ts'
import { offsetBounds } from '../partition-offsets.ts'

export interface TopicPartition {
  partition: number
  /** Node id; -1 where the partition has no leader now, and then no offsets. */
  leader: number
  replicas: number[]
  inSyncReplicas: number[]
  startOffset: number
  endOffset: number
  /** On disk; undefined where the broker does not let us ask. */
  bytes: number | undefined
}

export interface TopicDescription {
  name: string
  topicId: string
  /** Kafka's own, as `__consumer_offsets`. */
  isInternal: boolean
  partitions: TopicPartition[]
}

export interface TopicSummary {
  name: string
  topicId: string
  isInternal: boolean
  partitions: number
  replicationFactor: number
  /** Offsets between start and end; of a compacted topic, and for markers of transactions, more than there are records. */
  records: number
  bytes: number | undefined
}

type WireTopic = ResponseOf<typeof apis.metadata>['topics'][number]

/** All topics with their partitions, by name. */
export async function describeTopics(client: KafkaAdminClient): Promise<TopicDescription[]> {
  return await describe(client, null)
}

/** One topic. Errors: KAFKA_UNKNOWN_TOPIC_OR_PARTITION. */
export async function describeTopic(client: KafkaAdminClient, name: string): Promise<TopicDescription> {
  const [topic] = await describe(client, [{ name }])
  if (topic !== undefined) return topic
  throw new KafkaError(errorCodes.UNKNOWN_TOPIC_OR_PARTITION, `there is no topic ${name}`)
}

/** All topics, a line each. */
export async function listTopics(client: KafkaAdminClient): Promise<TopicSummary[]> {
  return (await describeTopics(client)).map(summaryOf)
}

/** A topic in one line. */
export function summaryOf({ name, topicId, isInternal, partitions }: TopicDescription): TopicSummary {
  const known = partitions.filter(p => p.bytes !== undefined)
  return {
    name,
    topicId,
    isInternal,
    partitions: partitions.length,
    replicationFactor: partitions[0]?.replicas.length ?? 0,
    records: partitions.reduce((sum, p) => sum + p.endOffset - p.startOffset, 0),
    bytes: known.length === 0 ? undefined : known.reduce((sum, p) => sum + (p.bytes ?? 0), 0),
  }
}

async function describe(
  client: KafkaAdminClient,
  topics: { name: string }[] | null,
): Promise<TopicDescription[]> {
  const answer = await client.request(apis.metadata, { topics, allowAutoTopicCreation: false })
  const found = answer.topics.filter(
    ({ name, errorCode }) => name !== null && errorCode !== errorCodes.UNKNOWN_TOPIC_OR_PARTITION,
  )
  for (const { name, errorCode } of found) expectDone(errorCode, null, `asking for topic ${name}`)
  const led = found.flatMap(({ name, partitions }) =>
    partitions
      .filter(p => p.leaderId >= 0)
      .map(p => ({ topic: name as string, partition: p.partitionIndex })),
  )
  const [bounds, bytes] = await Promise.all([offsetBounds(client, led), bytesOf(client)])
  return found.map(topic => toTopic(topic, bounds, bytes)).sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Sizes are an extra: who may not describe the cluster still sees the topics. */
async function bytesOf(client: KafkaAdminClient): Promise<ReadonlyMap<string, number> | undefined> {
  try {
    return partitionBytes(await describeLogDirs(client))
  } catch (error) {
    if (error instanceof KafkaError) return undefined
    throw error
  }
}

function toTopic(
  topic: WireTopic,
  bounds: ReadonlyMap<string, { startOffset: number; endOffset: number }>,
  bytes: ReadonlyMap<string, number> | undefined,
): TopicDescription {
  const name = topic.name as string
  const partitions = topic.partitions.map(p => {
    const key = `${name}/${p.partitionIndex}`
    const { startOffset, endOffset } = bounds.get(key) ?? { startOffset: 0, endOffset: 0 }
    return {
      partition: p.partitionIndex,
      leader: p.leaderId,
      replicas: p.replicaNodes,
      inSyncReplicas: p.isrNodes,
      startOffset,
      endOffset,
      bytes: bytes === undefined ? undefined : (bytes.get(key) ?? 0),
    }
  })
  partitions.sort((a, b) => a.partition - b.partition)
  return { name, topicId: topic.topicId, isInternal: topic.isInternal, partitions }
}
