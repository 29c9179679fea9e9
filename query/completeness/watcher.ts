import { setTimeout as sleep } from 'node:timers/promises'
import { type Clock, type Logger, messageOf } from '../../lib/base/index.ts'
import type { Fetcher, FetchResult, KafkaClient } from '../../lib/kafka/client/index.ts'
import { BatchCursor, errorCodes, readRecords } from '../../lib/kafka/index.ts'
import { readHeartbeat } from '../../lib/ledger/index.ts'
import type { Config } from '../config.ts'
import {
  type AgentState,
  type Committed,
  type Completeness,
  CompletenessTracker,
  laneKey,
} from './tracker.ts'

const committedMaxAgeMs = 400
const committedWaitMs = 500
/** No answer is complete beyond the last poll's beginning, so polls are short. */
const pollMs = 500
const retryMs = 1_000
/** Heartbeats from so long ago tell which hosts are missing. */
const historyMs = 6 * 3_600_000
const fetchBytes = 1_048_576

/** Follows the heartbeats topic and the aggregator's offsets, and answers "complete to" at any moment. */
export class CompletenessWatcher {
  readonly #tracker = new CompletenessTracker()
  readonly #client: KafkaClient
  readonly #config: Config
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #stopped = new AbortController()
  readonly #next = new Map<number, number>()
  /** Where each partition ended when it was last read, and when we began: what stands below that is out of the past. */
  readonly #end = new Map<number, number>()
  readonly #past = new Map<number, number>()
  /** All heartbeats that were in the topic at this moment have been read. */
  #heardToMs = Number.NEGATIVE_INFINITY
  readonly #fetcher: Fetcher
  #loop: Promise<void> | undefined
  #committed: Promise<Committed> | undefined
  #committedAtMs = Number.NEGATIVE_INFINITY
  #known: Committed = new Map()

  constructor(client: KafkaClient, config: Config, clock: Clock, logger: Logger) {
    this.#client = client
    this.#config = config
    this.#clock = clock
    this.#logger = logger
    this.#fetcher = client.openFetcher()
  }

  start(): void {
    this.#loop = this.#follow()
  }

  async answer(): Promise<Completeness> {
    return this.#tracker.answer(await this.committed(), this.#heardToMs)
  }

  agents(): AgentState[] {
    return this.#tracker.agents(this.#heardToMs)
  }

  /** What the aggregator has committed; as last known while the broker cannot be asked. */
  async committed(): Promise<Committed> {
    if (this.#clock.monotonicMs() - this.#committedAtMs > committedMaxAgeMs) {
      this.#committedAtMs = this.#clock.monotonicMs()
      this.#committed = this.#askCommitted()
    }
    const asked = this.#committed?.catch(() => undefined)
    // brokers that do not answer must not hold up what the store can
    this.#known =
      (await Promise.race([asked, sleep(committedWaitMs, undefined, { ref: false })])) ?? this.#known
    return this.#known
  }

  async close(): Promise<void> {
    this.#stopped.abort()
    await this.#fetcher.close()
    await this.#loop
  }

  async #askCommitted(): Promise<Committed> {
    const { logs, metrics, traces } = this.#config.kafka.topics
    const known = await this.#client.metadata([logs, metrics, traces])
    const asked = Object.fromEntries([...known].map(([name, topic]) => [name, [...topic.leaders.keys()]]))
    const offsets = await this.#client.committed(this.#config.aggregator.group, asked)
    return new Map(offsets.map(o => [laneKey(o.topic, o.partition), Math.max(0, o.offset)]))
  }

  async #follow(): Promise<void> {
    let reported = false
    while (!this.#stopped.signal.aborted) {
      try {
        await this.#seek()
        await this.#poll()
        reported = false
      } catch (error) {
        if (!reported && !this.#stopped.signal.aborted)
          this.#logger.warn('cannot read heartbeats, trying again', { error: messageOf(error) })
        reported = true
        await this.#pause(retryMs)
      }
    }
  }

  async #seek(): Promise<void> {
    if (this.#next.size > 0) return
    const { heartbeats } = this.#config.kafka.topics
    const topic = (await this.#client.metadata([heartbeats])).get(heartbeats)
    if (topic === undefined) {
      await this.#pause(retryMs)
      return
    }
    const since = this.#clock.nowMs() - historyMs
    for (const partition of topic.leaders.keys()) {
      this.#next.set(partition, await this.#client.listOffset(heartbeats, partition, since))
      this.#past.set(partition, await this.#client.listOffset(heartbeats, partition, 'latest'))
    }
  }

  async #poll(): Promise<void> {
    if (this.#next.size === 0) return
    const topic = this.#config.kafka.topics.heartbeats
    const requests = [...this.#next].map(([partition, offset]) => ({
      topic,
      partition,
      offset,
      maxBytes: fetchBytes,
    }))
    const askedMs = this.#clock.nowMs()
    for (const result of await this.#fetcher.fetch(requests, { maxWaitMs: pollMs })) {
      if (result.errorCode === errorCodes.NONE) this.#read(result)
      else this.#next.clear()
    }
    if (this.#hasReadAll()) this.#heardToMs = Math.max(this.#heardToMs, askedMs)
  }

  /** Of every partition all that there was when it was last asked. */
  #hasReadAll(): boolean {
    return (
      this.#next.size > 0 &&
      [...this.#next].every(([partition, offset]) => offset >= (this.#end.get(partition) ?? 0))
    )
  }

  #read({ partition, records, highWatermark }: FetchResult): void {
    this.#end.set(partition, highWatermark)
    const cursor = new BatchCursor(records)
    const isPast = (this.#next.get(partition) ?? 0) < (this.#past.get(partition) ?? 0)
    while (cursor.next()) {
      for (const record of readRecords(cursor)) {
        const heartbeat = record.value === null ? undefined : readHeartbeat(record.value)
        if (heartbeat !== undefined)
          this.#tracker.observe(heartbeat, isPast ? heartbeat.sentMs : this.#clock.nowMs())
      }
      this.#next.set(partition, cursor.nextOffset)
    }
  }

  async #pause(ms: number): Promise<void> {
    // an aborted wait is how close() ends it early
    await sleep(ms, undefined, { signal: this.#stopped.signal }).catch(() => undefined)
  }
}
