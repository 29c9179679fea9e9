import type { KafkaAdminClient } from '../../client/index.ts'
import { apis, type Compression, type HeaderInput, writeBatch } from '../../index.ts'
import { expectDone } from '../outcome.ts'
import { partitionOf } from './partitioner.ts'

export interface NewMessage {
  topic: string
  /** Left out: by the key as Kafka's clients do it, or any. */
  partition?: number | undefined
  key: Buffer | null
  value: Buffer | null
  headers?: readonly HeaderInput[] | undefined
  timestampMs: number
  compression?: Compression | undefined
}

/** Writes one record and waits until all in-sync replicas have it. Errors: Kafka's, with the broker's words. */
export async function produceMessage(
  client: KafkaAdminClient,
  { topic, partition, key, value, headers = [], timestampMs, compression = 'none' }: NewMessage,
): Promise<{ partition: number; offset: number }> {
  const target = partition ?? (await choose(client, topic, key))
  const batch = writeBatch([{ key, value, timestampMs, headers }], { compression })
  const done = await client.produce(topic, target, batch)
  expectDone(done.errorCode, done.message, `writing to ${topic}-${target}`)
  return { partition: target, offset: done.baseOffset }
}

async function choose(client: KafkaAdminClient, topic: string, key: Buffer | null): Promise<number> {
  const known = (await client.metadata([topic])).get(topic) ?? (await autoCreated(client, topic))
  return partitionOf(key, known.leaders.length)
}

/** As Kafka's clients do: asking for the topic makes it, where the broker allows that. */
async function autoCreated(
  client: KafkaAdminClient,
  topic: string,
): Promise<{ leaders: { length: number } }> {
  const answer = await client.request(apis.metadata, {
    topics: [{ name: topic }],
    allowAutoTopicCreation: true,
  })
  const made = answer.topics[0]
  expectDone(made?.errorCode, null, `asking for topic ${topic}`)
  return { leaders: { length: made?.partitions.length ?? 1 } }
}
