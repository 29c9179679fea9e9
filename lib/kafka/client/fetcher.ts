import { apis, BatchCursor, errorCodes } from '../index.ts'
import type { Cluster } from './cluster.ts'
import type { BrokerConnection } from './connection.ts'
import type { Fetcher, FetchOptions, FetchRequest, FetchResult } from './types.ts'

const defaultMaxBytes = 8_388_608

/** Long polls on connections of their own, one per leader. */
export class ClusterFetcher implements Fetcher {
  readonly #cluster: Cluster
  readonly #connections = new Map<string, BrokerConnection>()

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  async fetch(partitions: readonly FetchRequest[], options: FetchOptions): Promise<FetchResult[]> {
    const byLeader = new Map<string, FetchRequest[]>()
    for (const request of partitions) {
      const address = await this.#cluster.address(request)
      byLeader.set(address, [...(byLeader.get(address) ?? []), request])
    }
    const asked = [...byLeader].map(([address, requests]) => this.#fetchFrom(address, requests, options))
    // every poll is awaited, so that a failing one leaves no other behind unobserved
    const settled = await Promise.allSettled(asked)
    return settled.flatMap(result => {
      if (result.status === 'rejected') throw result.reason
      return result.value
    })
  }

  async close(): Promise<void> {
    await Promise.all([...this.#connections.values()].map(connection => connection.close()))
    this.#connections.clear()
  }

  async #fetchFrom(address: string, requests: FetchRequest[], options: FetchOptions): Promise<FetchResult[]> {
    const connection = await this.#connect(address)
    const topics = new Map<string, FetchRequest[]>()
    for (const request of requests) topics.set(request.topic, [...(topics.get(request.topic) ?? []), request])
    try {
      const answer = await connection.request(apis.fetch, {
        maxWaitMs: options.maxWaitMs,
        minBytes: options.minBytes ?? 1,
        maxBytes: options.maxBytes ?? defaultMaxBytes,
        isolationLevel: options.isolation === 'read_committed' ? 1 : 0,
        topics: [...topics].map(([topic, parts]) => ({
          topic,
          partitions: parts.map(p => ({
            partition: p.partition,
            fetchOffset: p.offset,
            partitionMaxBytes: p.maxBytes,
          })),
        })),
        forgottenTopicsData: [],
      })
      return answer.responses.flatMap(({ topic, partitions }) => partitions.map(p => this.#result(topic, p)))
    } catch (error) {
      for (const { topic, partition } of requests) this.#cluster.forget({ topic, partition })
      throw error
    }
  }

  #result(
    topic: string,
    p: {
      partitionIndex: number
      errorCode: number
      highWatermark: number
      logStartOffset: number
      abortedTransactions: { producerId: bigint; firstOffset: number }[] | null
      records: Buffer | null
    },
  ): FetchResult {
    const partition = p.partitionIndex
    if (p.errorCode === errorCodes.NOT_LEADER_OR_FOLLOWER) this.#cluster.forget({ topic, partition })
    const { errorCode, highWatermark, logStartOffset } = p
    const records = wholeBatches(p.records)
    const aborted = p.abortedTransactions ?? []
    return { topic, partition, errorCode, highWatermark, logStartOffset, aborted, records }
  }

  async #connect(address: string): Promise<BrokerConnection> {
    const known = this.#connections.get(address)
    if (known?.isOpen === true) return known
    const opened = await this.#cluster.dial(address)
    this.#connections.set(address, opened)
    return opened
  }
}

/** A broker may cut the last batch at the byte limit. */
function wholeBatches(records: Buffer | null): Buffer {
  if (records === null) return Buffer.alloc(0)
  const cursor = new BatchCursor(records)
  let end = 0
  while (cursor.next()) end = cursor.end
  return records.subarray(0, end)
}
