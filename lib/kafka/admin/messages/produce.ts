import { type KafkaAdminClient, KafkaError, type ProduceResult, untilKnown } from '../../client/index.ts'
import { apis, type Compression, errorCodes, type HeaderInput, writeBatch } from '../../index.ts'
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

/**
 * Writes one record and waits until all in-sync replicas have it. Where its partition has no leader just now, nothing was
 * written, and it is tried again. Errors: Kafka's, with the broker's words.
 */
export async function produceMessage(
  client: KafkaAdminClient,
  { topic, partition, key, value, headers = [], timestampMs, compression = 'none' }: NewMessage,
): Promise<{ partition: number; offset: number }> {
  const { leaders } = (await client.metadata([topic])).get(topic) ?? (await autoCreated(client, topic))
  const target = partition ?? partitionOf(key, leaders.length)
  if (target >= leaders.length)
    throw new KafkaError(
      errorCodes.INVALID_PARTITIONS,
      `there is no partition ${target} of topic ${topic}, it has ${leaders.length}`,
    )
  const batch = writeBatch([{ key, value, timestampMs, headers }], { compression })
  const done = await untilLed(() => client.produce(topic, target, batch))
  expectDone(done.errorCode, done.message, `writing to ${topic}-${target}`)
  return { partition: target, offset: done.baseOffset }
}

/** Codes after which it is certain that nothing was written. */
const unled: ReadonlySet<number> = new Set([
  errorCodes.NOT_LEADER_OR_FOLLOWER,
  errorCodes.LEADER_NOT_AVAILABLE,
  errorCodes.UNKNOWN_TOPIC_OR_PARTITION,
])

async function untilLed(produce: () => Promise<ProduceResult>): Promise<ProduceResult> {
  return await untilKnown(async () => {
    const done = await produce()
    if (unled.has(done.errorCode)) expectDone(done.errorCode, done.message, 'writing')
    return done
  })
}

/** As Kafka's clients do: asking for the topic makes it, where the broker allows that; until it is made it is unknown. */
async function autoCreated(
  client: KafkaAdminClient,
  topic: string,
): Promise<{ leaders: { length: number } }> {
  return await untilKnown(async () => {
    const answer = await client.request(apis.metadata, {
      topics: [{ name: topic }],
      allowAutoTopicCreation: true,
    })
    const made = answer.topics[0]
    expectDone(made?.errorCode, null, `asking for topic ${topic}, that is not there,`)
    return { leaders: { length: made?.partitions.length ?? 1 } }
  })
}
