import { setTimeout as sleep } from 'node:timers/promises'
import { type Logger, messageOf } from '../../lib/base/index.ts'
import type { Fetcher, KafkaClient } from '../../lib/kafka/client/index.ts'
import { BatchCursor, errorCodes, errorName, readRecords, writeBatch } from '../../lib/kafka/index.ts'
import { type Silence, storedSilence } from './silence.ts'
import { type GroupState, readState } from './state.ts'

const partition = 0
const fetchBytes = 4_194_304
const waitMs = 500
const retryMs = 1_000
const topicConfigs = { 'cleanup.policy': 'compact', 'segment.ms': String(86_400_000) }

/** When a group of alerts was told of last, and which of them. */
export interface Told {
  atMs: number
  firing: string[]
  resolved: string[]
}

/**
 * What is known of rules on all query nodes: a compacted topic, which each of them follows and the one that evaluates writes.
 * Keys: `group/FILE/NAME`, `silence/ID`, `told/RECEIVER/GROUP`.
 */
export class RulesJournal {
  readonly groups = new Map<string, GroupState>()
  readonly silences = new Map<string, Silence>()
  readonly told = new Map<string, Told>()
  readonly #client: KafkaClient
  readonly #topic: string
  readonly #logger: Logger
  readonly #fetcher: Fetcher
  readonly #stopped = new AbortController()
  #next = 0
  #loop: Promise<void> | undefined

  constructor(client: KafkaClient, topic: string, logger: Logger) {
    this.#client = client
    this.#topic = topic
    this.#logger = logger
    this.#fetcher = client.openFetcher()
  }

  /** The offset up to which it has read. */
  get position(): number {
    return this.#next
  }

  start(): void {
    this.#loop ??= this.#follow()
  }

  /** Makes the topic where there is none. Errors: those of the client. */
  async ensure(): Promise<void> {
    await this.#client.ensureTopic(this.#topic, 1, topicConfigs)
  }

  /** Until all that is in the topic now has been read. */
  async caughtUp(signal: AbortSignal): Promise<void> {
    const end = await this.#client.listOffset(this.#topic, partition, 'latest')
    while (this.#next < end && !signal.aborted) await sleep(50, undefined, { ref: false })
  }

  /** Null takes a key away. Errors: those of the client, and what the broker says. */
  async write(entries: readonly (readonly [key: string, value: Buffer | null])[]): Promise<void> {
    if (entries.length === 0) return
    const timestampMs = Date.now()
    const records = entries.map(([key, value]) => ({
      key: Buffer.from(key),
      value,
      timestampMs,
      headers: [],
    }))
    const batch = Buffer.from(writeBatch(records, { compression: 'none' }))
    const { errorCode, message } = await this.#client.produce(this.#topic, partition, batch)
    if (errorCode !== errorCodes.NONE) throw new Error(message ?? errorName(errorCode))
  }

  async close(): Promise<void> {
    this.#stopped.abort()
    await this.#fetcher.close()
    await this.#loop
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stopped
    while (!signal.aborted)
      try {
        await this.#read()
      } catch (error) {
        if (signal.aborted) return
        this.#logger.debug('the rules topic cannot be read: trying again', { error: messageOf(error) })
        await sleep(retryMs, undefined, { ref: false, signal }).catch(() => undefined)
      }
  }

  async #read(): Promise<void> {
    const request = { topic: this.#topic, partition, offset: this.#next, maxBytes: fetchBytes }
    const [result] = await this.#fetcher.fetch([request], { maxWaitMs: waitMs, minBytes: 1 })
    if (result === undefined) return
    if (result.errorCode === errorCodes.OFFSET_OUT_OF_RANGE) this.#next = result.logStartOffset
    else if (result.errorCode !== errorCodes.NONE) throw new Error(errorName(result.errorCode))
    const cursor = new BatchCursor(result.records)
    while (cursor.next()) {
      for (const record of readRecords(cursor)) {
        const offset = Number(record.offset)
        if (offset < this.#next) continue
        this.#take(String(record.key ?? ''), record.value === null ? null : Buffer.from(record.value))
        this.#next = offset + 1
      }
      this.#next = Math.max(this.#next, Number(cursor.lastOffset) + 1)
    }
  }

  #take(key: string, value: Buffer | null): void {
    const [kind = ''] = key.split('/', 1)
    const name = key.slice(kind.length + 1)
    if (kind === 'group') put(this.groups, name, value && readState(value)?.state)
    if (kind === 'silence')
      put(this.silences, name, value && storedSilence.safeParse(JSON.parse(String(value))).data)
    if (kind === 'told') put(this.told, name, value && (JSON.parse(String(value)) as Told))
  }
}

function put<V>(map: Map<string, V>, key: string, value: V | null | undefined): void {
  if (value === null || value === undefined) map.delete(key)
  else map.set(key, value)
}

export function groupKey({ file, name }: { file: string; name: string }): string {
  return `${file}/${name}`
}
