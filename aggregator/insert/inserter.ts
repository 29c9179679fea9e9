import { type Clock, type Logger, messageOf, OnceAMinute } from '../../lib/base/index.ts'
import { insertNative, isTimeout, migrate, StoreConnection } from '../../store/index.ts'
import type { Config } from '../config.ts'
import type { Figures } from '../figures.ts'
import type { TableBlock } from '../range/blocks.ts'
import { pause } from './pause.ts'

const firstRetryMs = 100
const maxRetryMs = 5_000
/** The first time; twice as much after each time that it was not enough. */
const defaultTimeoutMs = 120_000
const maxTimeoutMs = 3_600_000

export interface InserterOptions {
  config: Config
  logger: Logger
  clock: Clock
  figures: Figures
  maxConcurrentInserts: number
  /** How long the store may take for a block at first. */
  timeoutMs?: number
}

/**
 * Puts blocks into the store and does not give up: what cannot be inserted now is tried again, with the same token, until
 * it can or the caller's signal ends it. So a partition never goes past rows that are not in the store. A block that the store
 * needs longer for than it is given, such as one of lines of thousands of days, each of which is a part of its own, is given
 * more time: else it would be broken off again and again.
 */
export class Inserter {
  readonly #options: InserterOptions
  readonly #troubles: OnceAMinute
  readonly #store: StoreConnection
  readonly #timeoutMs: number

  constructor(options: InserterOptions) {
    this.#options = options
    this.#troubles = new OnceAMinute(options.logger, options.clock)
    this.#timeoutMs = options.timeoutMs ?? defaultTimeoutMs
    this.#store = this.#connect(this.#timeoutMs, options.maxConcurrentInserts)
  }

  /**
   * Resolves when every block is in the store. The first, which people look for, goes ahead of the others.
   * Rejects only when the signal is aborted.
   */
  async insert(
    blocks: readonly TableBlock[],
    token: (table: string) => string,
    signal: AbortSignal,
  ): Promise<void> {
    const [first, ...others] = blocks
    if (first !== undefined) await this.#insertBlock(first, token(first.table), signal)
    await Promise.all(others.map(block => this.#insertBlock(block, token(block.table), signal)))
  }

  async close(): Promise<void> {
    await this.#store.close()
  }

  #connect(requestTimeoutMs: number, maxOpenConnections: number): StoreConnection {
    const { config } = this.#options
    return new StoreConnection(config, {
      requestTimeoutMs,
      maxOpenConnections,
      application: 'millrace-aggregator',
    })
  }

  async #insertBlock(block: TableBlock, token: string, signal: AbortSignal): Promise<void> {
    const { figures, clock } = this.#options
    let timeoutMs = this.#timeoutMs
    for (let attempt = 0; ; attempt++) {
      signal.throwIfAborted()
      const startedMs = clock.monotonicMs()
      try {
        await this.#insertOnce(block, token, timeoutMs, signal)
        figures.inserted(block, clock.monotonicMs() - startedMs)
        return
      } catch (error) {
        signal.throwIfAborted()
        figures.retries.add(1)
        if (isTimeout(error)) timeoutMs = Math.min(maxTimeoutMs, timeoutMs * 2)
        await this.#recover(error, block, attempt, signal)
      }
    }
  }

  /** Waiting longer takes a connection of its own. */
  async #insertOnce(block: TableBlock, token: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
    const store = timeoutMs === this.#timeoutMs ? this.#store : this.#connect(timeoutMs, 1)
    try {
      await insertNative(await store.client(), block.table, block.pieces, token, { signal })
    } finally {
      if (store !== this.#store) await store.close()
    }
  }

  /** Waits, and mends what can be mended from here: a store that was emptied, a password that was made anew. */
  async #recover(error: unknown, block: TableBlock, attempt: number, signal: AbortSignal): Promise<void> {
    const { config, logger } = this.#options
    const type = (error as { type?: unknown }).type
    this.#troubles.warn('the store does not take rows: trying again', {
      table: block.table,
      rows: block.rows,
      error: messageOf(error).split('\n')[0],
    })
    await pause(Math.min(maxRetryMs, firstRetryMs * 2 ** Math.min(attempt, 10)), signal)
    this.#store.refused(error)
    if (type !== 'UNKNOWN_TABLE' && type !== 'UNKNOWN_DATABASE') return
    try {
      await migrate(config, logger)
    } catch (failure) {
      this.#troubles.warn('the tables cannot be made', { error: messageOf(failure) })
    }
  }
}
