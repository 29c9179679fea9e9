import { setTimeout as sleep } from 'node:timers/promises'
import { type Clock, type Logger, messageOf } from '../../lib/base/index.ts'
import { listGroups, summarizeGroup } from '../../lib/kafka/admin/index.ts'
import type { KafkaAdminClient } from '../../lib/kafka/client/index.ts'
import { byTopic, LagHistory, maxGroups, sampleMs } from './history.ts'

/** Measures how far groups are behind, one after the other, for the history that is shown of them. */
export class LagSampler {
  readonly history = new LagHistory()
  readonly #client: KafkaAdminClient
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #stopped = new AbortController()
  #loop: Promise<void> | undefined
  #failure = ''

  constructor(client: KafkaAdminClient, clock: Clock, logger: Logger) {
    this.#client = client
    this.#clock = clock
    this.#logger = logger
  }

  start(): void {
    this.#loop = this.#measureOn()
  }

  async close(): Promise<void> {
    this.#stopped.abort()
    await this.#loop
  }

  async #measureOn(): Promise<void> {
    const { signal } = this.#stopped
    while (!signal.aborted) {
      const startMs = this.#clock.monotonicMs()
      await this.#measure(signal)
      const restMs = Math.max(1_000, sampleMs - (this.#clock.monotonicMs() - startMs))
      await sleep(restMs, undefined, { signal }).catch(() => undefined)
    }
  }

  async #measure(signal: AbortSignal): Promise<void> {
    try {
      const listed = await listGroups(this.#client)
      for (const listing of listed.slice(0, maxGroups)) {
        if (signal.aborted) return
        const { lag } = await summarizeGroup(this.#client, listing, this.#clock.nowMs())
        this.history.add(listing.group, { atMs: this.#clock.nowMs(), topics: byTopic(lag) })
      }
      this.#failure = ''
    } catch (error) {
      this.#fail(messageOf(error))
    }
  }

  /** Said once: a broker that is away is away for all of a round. */
  #fail(why: string): void {
    if (this.#stopped.signal.aborted || why === this.#failure) return
    this.#failure = why
    this.#logger.warn('the lag of groups cannot be measured now, its history has a gap', { error: why })
  }
}
