import { afterEach, beforeEach, expect } from 'vitest'
import { apis, BatchCursor, type RecordInput, readRecords } from '../../lib/kafka/index.ts'
import { startTestBroker, type TestBroker } from './start-broker.ts'
import { WireClient } from './wire-client.ts'

/** A disk that others use too may take seconds for a sync. */
export const testTimeout = { timeout: 30_000 }

/** A broker and a client of it, anew for every test, and what most tests say to it. */
export class Scene {
  #broker: TestBroker | undefined
  #client: WireClient | undefined

  get broker(): TestBroker {
    if (this.#broker === undefined) throw new Error('outside of a test')
    return this.#broker
  }
  get client(): WireClient {
    if (this.#client === undefined) throw new Error('outside of a test')
    return this.#client
  }

  static forEachTest(settings: readonly string[] = []): Scene {
    const scene = new Scene()
    beforeEach(async () => {
      scene.#broker = await startTestBroker(settings)
      scene.#client = await WireClient.open(scene.broker.address)
    }, testTimeout.timeout)
    afterEach(async () => {
      scene.client.close()
      await scene.broker.close()
    }, testTimeout.timeout)
    return scene
  }

  async restart(): Promise<void> {
    await this.broker.restart()
    this.#client = await WireClient.open(this.broker.address)
  }

  async createTopic(name: string, partitions = 1, configs: Record<string, string> = {}): Promise<string> {
    const response = await this.client.send(apis.createTopics, 7, {
      topics: [
        {
          name,
          numPartitions: partitions,
          replicationFactor: 1,
          assignments: [],
          configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
        },
      ],
    })
    expect(response.topics[0]).toMatchObject({ errorCode: 0, numPartitions: partitions })
    return response.topics[0]?.topicId ?? ''
  }

  /** To partition 0 of topic t. */
  async produce(records: Buffer, options: { topic?: string; acks?: number; version?: number } = {}) {
    const { topic: name = 't', acks = -1, version = 9 } = options
    const response = await this.client.send(apis.produce, version, {
      acks,
      timeoutMs: 1000,
      topicData: [{ name, partitionData: [{ index: 0, records }] }],
    })
    const { errorCode, baseOffset } = response.responses[0]?.partitionResponses[0] ?? {}
    return { errorCode, baseOffset }
  }

  /** From partition 0 of topic t, as who reads committed records only; control records are left out. */
  async fetchCommitted(fetchOffset = 0, options: { maxWaitMs?: number; client?: WireClient } = {}) {
    const response = await (options.client ?? this.client).send(apis.fetch, 12, {
      maxWaitMs: options.maxWaitMs ?? 0,
      minBytes: 1,
      isolationLevel: 1,
      topics: [{ topic: 't', partitions: [{ partition: 0, fetchOffset, partitionMaxBytes: 1_000_000 }] }],
    })
    const partition = response.responses[0]?.partitions[0]
    const aborted = partition?.abortedTransactions ?? []
    return {
      values: committedOf(partition?.records, aborted, fetchOffset).committed,
      stable: partition?.lastStableOffset,
      end: partition?.highWatermark,
      aborted,
    }
  }

  /** From partition 0 of topic t. */
  async fetch(
    fetchOffset: number,
    options: { maxWaitMs?: number; minBytes?: number; version?: number } = {},
  ) {
    const { maxWaitMs = 0, minBytes = 1, version = 12 } = options
    const response = await this.client.send(apis.fetch, version, {
      maxWaitMs,
      minBytes,
      topics: [{ topic: 't', partitions: [{ partition: 0, fetchOffset, partitionMaxBytes: 1_000_000 }] }],
    })
    const partition = response.responses[0]?.partitions[0]
    return { ...partition, values: valuesOf(partition?.records) }
  }
}

export function record(text: string, timestampMs = 1000): RecordInput {
  return { key: null, value: Buffer.from(text), timestampMs, headers: [] }
}

export function valuesOf(records: Buffer | null | undefined): string[] {
  const values: string[] = []
  const cursor = new BatchCursor(records ?? Buffer.alloc(0))
  while (cursor.next()) for (const { value } of readRecords(cursor)) values.push(String(value))
  return values
}

/** What a consumer hands on: as Kafka's, it passes over what was aborted until the marker comes. */
export function committedOf(
  records: Buffer | null | undefined,
  aborted: readonly { producerId: bigint; firstOffset: number }[],
  fetchOffset: number,
): { committed: string[]; nextOffset: number } {
  const committed: string[] = []
  const open = new Set<bigint>()
  const ahead = aborted.toSorted((a, b) => b.firstOffset - a.firstOffset)
  const cursor = new BatchCursor(records ?? Buffer.alloc(0))
  let nextOffset = fetchOffset
  while (cursor.next()) {
    const { producerId, lastOffset } = cursor
    nextOffset = lastOffset + 1
    while ((ahead.at(-1)?.firstOffset ?? Number.POSITIVE_INFINITY) <= lastOffset)
      open.add(ahead.pop()?.producerId ?? -1n)
    if (cursor.isControl) open.delete(producerId)
    else if (!open.has(producerId)) committed.push(...readRecords(cursor).map(({ value }) => String(value)))
  }
  return { committed, nextOffset }
}
