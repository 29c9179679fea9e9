import { hostname } from 'node:os'
import { setImmediate } from 'node:timers/promises'
import { systemClock } from '../../lib/base/index.ts'
import type { KafkaClient } from '../../lib/kafka/client/index.ts'
import { BatchCursor, type KafkaRecord, readRecords } from '../../lib/kafka/index.ts'
import { agentHeader } from '../../lib/ledger/index.ts'
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
  /** Kafka records looked at, at most: as many of each partition. */
  limit: number
  /** Records of this agent alone; undefined: of all. */
  agent?: string | undefined
  /** Ends it early: what has been looked at until then is told. */
  signal?: AbortSignal | undefined
}

export interface TopicPreviewReport extends PreviewReport {
  /** Whether all records since then were looked at. */
  complete: boolean
}

/** Runs rules over the records that a topic retains since a time. Changes nothing. Errors: those of the client. */
export async function previewTopic(options: TopicPreview): Promise<TopicPreviewReport> {
  const { transforms, examples } = options
  const context = {
    clock: systemClock,
    random: Math.random,
    hostName: hostname(),
    environment: process.env,
    readFile: readSmallFile,
  }
  const retained = new Retained(options)
  const report = await preview({ transforms, context, examples }, retained.values())
  return { ...report, complete: retained.complete }
}

/** Values of the topic's records since a time, partition by partition. */
class Retained {
  readonly #options: TopicPreview
  complete = true

  constructor(options: TopicPreview) {
    this.#options = options
  }

  async *values(): AsyncGenerator<Buffer> {
    const { client, topic, limit } = this.#options
    const partitions = (await client.metadata([topic])).get(topic)?.leaders.length ?? 0
    for (let partition = 0; partition < partitions; partition++) {
      let left = Math.ceil(limit / partitions)
      for await (const value of this.#partition(partition)) {
        if (left-- === 0 || this.#options.signal?.aborted === true) {
          this.complete = false
          break
        }
        yield value
        // rules work without a pause: others of this process have their turn in between
        await setImmediate()
      }
    }
  }

  async *#partition(partition: number): AsyncGenerator<Buffer> {
    const { client, topic, sinceMs } = this.#options
    const end = await client.listOffset(topic, partition, 'latest')
    let offset = await client.listOffset(topic, partition, sinceMs)
    const fetcher = client.openFetcher()
    try {
      while (offset < end) {
        const [result] = await fetcher.fetch([{ topic, partition, offset, maxBytes: fetchBytes }], {
          maxWaitMs: fetchWaitMs,
        })
        if (result === undefined) return
        yield* this.#valuesOf(result.records)
        const next = nextOffset(result.records)
        if (next === undefined) return
        offset = next
      }
    } finally {
      await fetcher.close()
    }
  }

  *#valuesOf(records: Buffer): Generator<Buffer> {
    const { agent } = this.#options
    const cursor = new BatchCursor(records)
    while (cursor.next())
      for (const { value, headers } of readRecords(cursor)) {
        if (value === null || value.length === 0) continue
        if (agent === undefined || agentOf(headers) === agent) yield Buffer.from(value)
      }
  }
}

function agentOf(headers: KafkaRecord['headers']): string | undefined {
  return headers.find(({ key }) => key === agentHeader)?.value?.toString()
}

/** Undefined where there is no whole batch. */
function nextOffset(records: Buffer): number | undefined {
  const cursor = new BatchCursor(records)
  let next: number | undefined
  while (cursor.next()) next = cursor.nextOffset
  return next
}
