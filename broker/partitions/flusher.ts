import type { Log } from '../../lib/log/index.ts'
import type { TopicSettings } from './settings.ts'

/** Node's timers take no longer delay; what asks for more is as good as never. */
const longestDelayMs = 2_000_000_000

/**
 * Syncs a log whose appends do not wait for the disk after so many records or so much time as its topic says
 * (flush.messages, flush.ms).
 */
export class Flusher {
  readonly #log: Log
  readonly #settings: Readonly<TopicSettings>
  readonly #onError: (error: unknown) => void
  #flushedOffset: number
  #timer: NodeJS.Timeout | undefined

  constructor(log: Log, settings: Readonly<TopicSettings>, onError: (error: unknown) => void) {
    this.#log = log
    this.#settings = settings
    this.#onError = onError
    this.#flushedOffset = log.endOffset
  }

  /** Where the number of records asks for a sync, it is done when this resolves; rejects with the error of the disk. */
  async onAppended(): Promise<void> {
    const { flushMessages, flushMs } = this.#settings
    if (this.#log.endOffset - this.#flushedOffset >= flushMessages) await this.#flush()
    else if (flushMs <= longestDelayMs && this.#timer === undefined) {
      this.#timer = setTimeout(() => this.#flush().catch(this.#onError), flushMs)
      this.#timer.unref()
    }
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  async #flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#flushedOffset = this.#log.endOffset
    await this.#log.flush()
  }
}
