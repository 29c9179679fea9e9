import { hostname } from 'node:os'
import { systemClock } from '../../lib/base/index.ts'
import type { KafkaClient } from '../../lib/kafka/client/index.ts'
import { BatchCursor, readRecords } from '../../lib/kafka/index.ts'
import type { TransformConfig } from './config.ts'
import { type PreviewReport, preview } from './preview.ts'
import { readSmallFile } from './read-small-file.ts'

const fetchBytes = 4_194_304
const fetchWaitMs = 500

export interface TopicPreview {
  transforms: readonly TransformConfig[]
  client: KafkaClient
  topic: string
  sinceMs: number
  /** Kept for each rule. */
  examples: number
  /** Kafka records looked at, at most. */
  limit: number
}

/** Runs rules over the records that a topic retains since a time. Changes nothing. Errors: those of the client. */
export function previewTopic({
  transforms,
  client,
  topic,
  sinceMs,
  examples,
  limit,
}: TopicPreview): Promise<PreviewReport> {
  const context = {
    clock: systemClock,
    random: Math.random,
    hostName: hostname(),
    environment: process.env,
    readFile: readSmallFile,
  }
  return preview({ transforms, context, examples }, valuesSince(client, topic, sinceMs, limit))
}

async function* valuesSince(
  client: KafkaClient,
  topic: string,
  sinceMs: number,
  limit: number,
): AsyncGenerator<Buffer> {
  const partitions = (await client.metadata([topic])).get(topic)?.leaders.length ?? 0
  let left = limit
  for (let partition = 0; partition < partitions && left > 0; partition++)
    for await (const value of partitionSince(client, topic, partition, sinceMs)) {
      yield value
      if (--left === 0) return
    }
}

async function* partitionSince(
  client: KafkaClient,
  topic: string,
  partition: number,
  sinceMs: number,
): AsyncGenerator<Buffer> {
  const end = await client.listOffset(topic, partition, 'latest')
  let offset = await client.listOffset(topic, partition, sinceMs)
  const fetcher = client.openFetcher()
  try {
    while (offset < end) {
      const [result] = await fetcher.fetch([{ topic, partition, offset, maxBytes: fetchBytes }], {
        maxWaitMs: fetchWaitMs,
      })
      if (result === undefined) return
      yield* valuesOf(result.records)
      const next = nextOffset(result.records)
      if (next === undefined) return
      offset = next
    }
  } finally {
    await fetcher.close()
  }
}

function* valuesOf(records: Buffer): Generator<Buffer> {
  const cursor = new BatchCursor(records)
  while (cursor.next())
    for (const { value } of readRecords(cursor))
      if (value !== null && value.length > 0) yield Buffer.from(value)
}

/** Undefined where there is no whole batch. */
function nextOffset(records: Buffer): number | undefined {
  const cursor = new BatchCursor(records)
  let next: number | undefined
  while (cursor.next()) next = cursor.nextOffset
  return next
}
