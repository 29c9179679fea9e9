import { setTimeout as sleep } from 'node:timers/promises'
import { type Logger, messageOf, OperatingError } from '../../lib/base/index.ts'
import type { Fetcher, FetchResult, KafkaClient } from '../../lib/kafka/client/index.ts'
import { BatchCursor, errorCodes, errorName } from '../../lib/kafka/index.ts'
import type { LogLine } from '../api/schemas.ts'
import type { TailLine } from './decode.ts'
import { RecordLines } from './record-lines.ts'

/** After these the offsets known of a topic mean nothing any more. */
const goneCodes: ReadonlySet<number> = new Set([
  errorCodes.OFFSET_OUT_OF_RANGE,
  errorCodes.UNKNOWN_TOPIC_OR_PARTITION,
  errorCodes.UNKNOWN_TOPIC_ID,
])

/** Lines of one tenant, and the offset in their partition behind them and all that came with them. */
export type TailListener = (lines: readonly LogLine[], partition: number, nextOffset: number) => void

export interface Following {
  /** The offsets from which on the listener is handed everything; undefined while the brokers do not answer. */
  start: ReadonlyMap<number, number> | undefined
  leave(): Promise<void>
}

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
  readonly client: KafkaClient
  readonly lines: RecordLines
  readonly #logger: Logger
  readonly #listeners = new Map<TailListener, string>()
  #reader: TailReader | undefined

  /** `tenant`: whose lines are that do not say it. */
  constructor(client: KafkaClient, topic: string, tenant: string, logger: Logger) {
    this.client = client
    this.lines = new RecordLines(topic, tenant, logger)
    this.#logger = logger
  }

  /** Hands over every line of the tenant from now on; resolves when the reading has begun. Errors: TOO_MANY_TAILS. */
  async follow(tenant: string, listener: TailListener): Promise<Following> {
    if (this.#listeners.size >= maxListeners)
      throw new OperatingError('TOO_MANY_TAILS', `${maxListeners} live tails are open already: close one`)
    this.#listeners.set(listener, tenant)
    this.#reader ??= new TailReader(this.client, this.lines, this.#logger, (...read) => this.#hand(...read))
    const known = this.#reader.positions
    // brokers that are away or frozen are waited for by the reader, not by who begins to follow
    const begun = await Promise.race([this.#reader.started, sleep(startMs, undefined, { ref: false })])
    return {
      start: known ?? begun,
      leave: async () => {
        this.#listeners.delete(listener)
        if (this.#listeners.size > 0) return
        const idle = this.#reader
        this.#reader = undefined
        await idle?.close()
      },
    }
  }

  async close(): Promise<void> {
    this.#listeners.clear()
    await this.#reader?.close()
  }

  #hand(lines: readonly TailLine[], partition: number, nextOffset: number): void {
    const byTenant = Map.groupBy(lines, ({ tenant }) => tenant)
    const own = new Map([...byTenant].map(([tenant, of]) => [tenant, of.map(({ line }) => line)] as const))
    for (const [listener, tenant] of this.#listeners) listener(own.get(tenant) ?? [], partition, nextOffset)
  }
}

type Emit = (lines: readonly TailLine[], partition: number, nextOffset: number) => void

class TailReader {
  /** Resolves to where the reading began; to nothing where it could not yet. */
  readonly started: Promise<ReadonlyMap<number, number> | undefined>
  readonly #client: KafkaClient
  readonly #lines: RecordLines
  readonly #logger: Logger
  readonly #emit: Emit
  readonly #fetcher: Fetcher
  #next = new Map<number, number>()
  #from: 'earliest' | 'latest' = 'latest'
  readonly #loop: Promise<void>
  readonly #begun = Promise.withResolvers<ReadonlyMap<number, number> | undefined>()
  #closed = false

  constructor(client: KafkaClient, lines: RecordLines, logger: Logger, emit: Emit) {
    this.#client = client
    this.#lines = lines
    this.#logger = logger
    this.#emit = emit
    this.#fetcher = client.openFetcher()
    this.started = this.#begun.promise
    this.#loop = this.#run()
  }

  /** Where the reading is: all that comes from now on lies there or behind. Undefined before it has begun. */
  get positions(): ReadonlyMap<number, number> | undefined {
    return this.#next.size === 0 ? undefined : new Map(this.#next)
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
        this.#begun.resolve(this.positions)
        await this.#poll()
      } catch (error) {
        if (this.#closed) break
        this.#logger.debug('tail interrupted, trying again', { error: messageOf(error) })
        this.#begun.resolve(undefined)
        await sleep(retryMs)
      }
    }
    this.#begun.resolve(undefined)
  }

  /** Partitions are followed from their end; those of a topic that was not there yet from their beginning. */
  async #seek(): Promise<void> {
    if (this.#next.size > 0) return
    const name = this.#lines.topic
    const topic = (await this.#client.metadata([name])).get(name)
    if (topic === undefined) {
      this.#from = 'earliest'
      throw new OperatingError('NOT_FOUND', `there is no topic ${name} yet`)
    }
    const found = new Map<number, number>()
    for (const partition of topic.leaders.keys())
      found.set(partition, await this.#client.listOffset(name, partition, this.#from))
    this.#next = found
    this.#from = 'latest'
  }

  async #poll(): Promise<void> {
    const requests = [...this.#next].map(([partition, offset]) => ({
      topic: this.#lines.topic,
      partition,
      offset,
      maxBytes: partitionBytes,
    }))
    for (const result of await this.#fetcher.fetch(requests, { maxWaitMs })) this.#take(result)
  }

  #take({ errorCode, records, partition }: FetchResult): void {
    if (errorCode !== errorCodes.NONE) {
      if (goneCodes.has(errorCode)) this.#next.clear()
      throw new OperatingError('TAIL_INTERRUPTED', `a fetch was answered ${errorName(errorCode)}`)
    }
    const cursor = new BatchCursor(records)
    while (cursor.next()) {
      const from = { offset: this.#next.get(partition) ?? 0, index: 0 }
      this.#emit(this.#lines.of(cursor, partition, from), partition, cursor.nextOffset)
      this.#next.set(partition, cursor.nextOffset)
    }
  }
}
