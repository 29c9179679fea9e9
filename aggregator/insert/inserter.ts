import { type Clock, type Logger, messageOf, OnceAMinute } from '../../lib/base/index.ts'
import { insertNative, migrate, StoreConnection } from '../../store/index.ts'
import type { Config } from '../config.ts'
import type { Figures } from '../figures.ts'
import type { TableBlock } from '../range/blocks.ts'
import { pause } from './pause.ts'

const firstRetryMs = 100
const maxRetryMs = 5_000

export interface InserterOptions {
  config: Config
  logger: Logger
  clock: Clock
  figures: Figures
  maxConcurrentInserts: number
}

/**
 * Puts blocks into the store and does not give up: what cannot be inserted now is tried again, with the same token, until
 * it can or the caller's signal ends it. So a partition never goes past rows that are not in the store.
 */
export class Inserter {
  readonly #options: InserterOptions
  readonly #troubles: OnceAMinute
  readonly #store: StoreConnection

  constructor(options: InserterOptions) {
    this.#options = options
    this.#troubles = new OnceAMinute(options.logger, options.clock)
    this.#store = new StoreConnection(options.config, {
      maxOpenConnections: options.maxConcurrentInserts,
      application: 'millrace-aggregator',
    })
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

  async #insertBlock(block: TableBlock, token: string, signal: AbortSignal): Promise<void> {
    const { figures, clock } = this.#options
    for (let attempt = 0; ; attempt++) {
      signal.throwIfAborted()
      const startedMs = clock.monotonicMs()
      try {
        const client = await this.#store.client()
        await insertNative(client, block.table, block.pieces, token, { signal })
        figures.inserted(block, clock.monotonicMs() - startedMs)
        return
      } catch (error) {
        signal.throwIfAborted()
        figures.retries.add(1)
        await this.#recover(error, block, attempt, signal)
      }
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
