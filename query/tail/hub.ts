import { setTimeout as sleep } from 'node:timers/promises'
import { type Logger, messageOf, OperatingError } from '../../lib/base/index.ts'
import type { Fetcher, FetchResult, KafkaClient } from '../../lib/kafka/client/index.ts'
import { BatchCursor, errorCodes, errorName, readRecords } from '../../lib/kafka/index.ts'
import type { LogLine } from '../api/schemas.ts'
import { decodeLines } from './decode.ts'

/** After these the offsets known of a topic mean nothing any more. */
const goneCodes: ReadonlySet<number> = new Set([
  errorCodes.OFFSET_OUT_OF_RANGE,
  errorCodes.UNKNOWN_TOPIC_OR_PARTITION,
  errorCodes.UNKNOWN_TOPIC_ID,
])

export type TailListener = (lines: readonly LogLine[]) => void

const maxListeners = 200
const maxWaitMs = 1_000
const partitionBytes = 1_048_576
const retryMs = 500
const startMs = 2_000

/**
 * Live tail: one reader of the logs topic for all who follow, from the topic's end on, running only while somebody
 * follows. The store is never asked.
 */
export class TailHub {
  readonly #client: KafkaClient
  readonly #topic: string
  readonly #logger: Logger
  readonly #listeners = new Set<TailListener>()
  #reader: TailReader | undefined

  constructor(client: KafkaClient, topic: string, logger: Logger) {
    this.#client = client
    this.#topic = topic
    this.#logger = logger
  }

  /** Hands over every line from now on; resolves when the reading has begun. Errors: TOO_MANY_TAILS. */
  async follow(listener: TailListener): Promise<() => Promise<void>> {
    if (this.#listeners.size >= maxListeners)
      throw new OperatingError('TOO_MANY_TAILS', `${maxListeners} live tails are open already: close one`)
    this.#listeners.add(listener)
    this.#reader ??= new TailReader(this.#client, this.#topic, this.#logger, lines => this.#hand(lines))
    // brokers that are away or frozen are waited for by the reader, not by who begins to follow
    await Promise.race([this.#reader.started, sleep(startMs, undefined, { ref: false })])
    return async () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size > 0) return
      const idle = this.#reader
      this.#reader = undefined
      await idle?.close()
    }
  }

  async close(): Promise<void> {
    this.#listeners.clear()
    await this.#reader?.close()
  }

  #hand(lines: readonly LogLine[]): void {
    for (const listener of this.#listeners) listener(lines)
  }
}

class TailReader {
  readonly started: Promise<void>
  readonly #client: KafkaClient
  readonly #topic: string
  readonly #logger: Logger
  readonly #emit: TailListener
  readonly #fetcher: Fetcher
  #next = new Map<number, number>()
  #from: 'earliest' | 'latest' = 'latest'
  readonly #loop: Promise<void>
  readonly #begun = Promise.withResolvers<void>()
  #closed = false

  constructor(client: KafkaClient, topic: string, logger: Logger, emit: TailListener) {
    this.#client = client
    this.#topic = topic
    this.#logger = logger
    this.#emit = emit
    this.#fetcher = client.openFetcher()
    this.started = this.#begun.promise
    this.#loop = this.#run()
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#fetcher.close()
    await this.#loop
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      try {
        await this.#seek()
        this.#begun.resolve()
        await this.#poll()
      } catch (error) {
        if (this.#closed) break
        this.#logger.debug('tail interrupted, trying again', { error: messageOf(error) })
        this.#begun.resolve()
        await sleep(retryMs)
      }
    }
    this.#begun.resolve()
  }

  /** Partitions are followed from their end; those of a topic that was not there yet from their beginning. */
  async #seek(): Promise<void> {
    if (this.#next.size > 0) return
    const topic = (await this.#client.metadata([this.#topic])).get(this.#topic)
    if (topic === undefined) {
      this.#from = 'earliest'
      throw new OperatingError('NOT_FOUND', `there is no topic ${this.#topic} yet`)
    }
    const found = new Map<number, number>()
    for (const partition of topic.leaders.keys())
      found.set(partition, await this.#client.listOffset(this.#topic, partition, this.#from))
    this.#next = found
    this.#from = 'latest'
  }

  async #poll(): Promise<void> {
    const requests = [...this.#next].map(([partition, offset]) => ({
      topic: this.#topic,
      partition,
      offset,
      maxBytes: partitionBytes,
    }))
    for (const result of await this.#fetcher.fetch(requests, { maxWaitMs })) this.#take(result)
  }

  #take(result: FetchResult): void {
    if (result.errorCode !== errorCodes.NONE) {
      if (goneCodes.has(result.errorCode)) this.#next.clear()
      throw new OperatingError('TAIL_INTERRUPTED', `a fetch was answered ${errorName(result.errorCode)}`)
    }
    const cursor = new BatchCursor(result.records)
    while (cursor.next()) {
      this.#emit(this.#linesOf(cursor, result.partition))
      this.#next.set(result.partition, cursor.nextOffset)
    }
  }

  #linesOf(cursor: BatchCursor, partition: number): LogLine[] {
    const lines: LogLine[] = []
    const from = this.#next.get(partition) ?? 0
    for (const record of readRecords(cursor)) {
      // a fetch begins with the whole batch that holds the offset asked for
      if (record.offset < from) continue
      const origin = {
        topic: this.#topic,
        partition,
        offset: record.offset,
        recordTimeMs: record.timestampMs,
      }
      try {
        if (record.value !== null) lines.push(...decodeLines(record.value, origin))
      } catch (error) {
        // the aggregator keeps what cannot be read; a tail goes on
        this.#logger.debug('record cannot be read', {
          partition,
          offset: record.offset,
          error: messageOf(error),
        })
      }
    }
    return lines
  }
}
