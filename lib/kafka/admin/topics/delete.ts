import type { KafkaAdminClient } from '../../client/index.ts'
import { apis, zeroUuid } from '../../index.ts'
import { byTopic, groupedBy } from '../grouped.ts'
import { expectDone } from '../outcome.ts'
import type { PlaceOffset } from '../partition-offsets.ts'

const timeoutMs = 30_000

/** Removes a topic and all that is in it. Errors: KAFKA_UNKNOWN_TOPIC_OR_PARTITION and Kafka's others. */
export async function deleteTopic(client: KafkaAdminClient, name: string): Promise<void> {
  // both forms: before version 6 there are names alone
  const answer = await client.request(apis.deleteTopics, {
    topics: [{ name, topicId: zeroUuid }],
    topicNames: [name],
    timeoutMs,
  })
  const done = answer.responses[0]
  expectDone(done?.errorCode, done?.errorMessage, `deleting topic ${name}`)
}

/**
 * Removes what lies below an offset in each partition; -1 means all that is there. Gives the new starts.
 * Errors: KAFKA_OFFSET_OUT_OF_RANGE, KAFKA_POLICY_VIOLATION for a compacted topic, and Kafka's others.
 */
export async function deleteRecords(
  client: KafkaAdminClient,
  before: readonly PlaceOffset[],
): Promise<PlaceOffset[]> {
  const topics = await client.metadata([...new Set(before.map(place => place.topic))])
  const led = groupedBy(before, ({ topic, partition }) => String(topics.get(topic)?.leaders[partition] ?? -1))
  const answers = await Promise.all([...led.values()].map(places => deleteFrom(client, places)))
  return answers.flat()
}

async function deleteFrom(client: KafkaAdminClient, places: readonly PlaceOffset[]): Promise<PlaceOffset[]> {
  const [first] = places as [PlaceOffset]
  const topics = byTopic(places).map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partition, offset }) => ({ partitionIndex: partition, offset })),
  }))
  const answer = await client.request(apis.deleteRecords, { topics, timeoutMs }, first)
  return answer.topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partitionIndex, lowWatermark, errorCode }) => {
      expectDone(errorCode, null, `deleting records of ${name}-${partitionIndex}`)
      return { topic: name, partition: partitionIndex, offset: lowWatermark }
    }),
  )
}
