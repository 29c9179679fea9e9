import { messageOf } from '../base/index.ts'
import { writeCheckpoint } from './checkpoint.ts'
import { syncFile } from './files.ts'
import { writeIndexes } from './index-files.ts'
import type { LogState } from './state.ts'

/** Recovery after a crash reads at most about this much of each log; at 2 GB/s that is 30 ms. */
const intervalBytes = 67_108_864

/**
 * Keeps the recovery point near the end of the log, in the background, so that a start after a crash is short. Runs
 * one at a time; whoever changes segments waits for `idle` first.
 */
export class Checkpointer {
  readonly #state: LogState
  #segment: number
  #position: number
  #running: Promise<void> | undefined

  constructor(state: LogState) {
    this.#state = state
    this.#segment = state.active.baseOffset
    this.#position = state.stable.position
  }

  /** To be called whenever the stable end has moved; cheap. */
  onProgress(): void {
    const { active, stable } = this.#state
    const isSame = this.#segment === active.baseOffset
    if (this.#running !== undefined || (isSame && stable.position - this.#position < intervalBytes)) return
    this.#running = this.#write()
      .catch(error =>
        this.#state.logger?.warn('writing a recovery point failed', {
          folder: this.#state.options.folder,
          error: messageOf(error),
        }),
      )
      .finally(() => {
        this.#running = undefined
      })
  }

  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running
  }

  async write(): Promise<void> {
    await this.idle()
    await this.#write()
  }

  /** Vouches for nothing from the segment of `offset` on. */
  async distrust(offset: number): Promise<void> {
    await this.idle()
    const { closed, active, startOffset, options } = this.#state
    const segment = [...closed, active].findLast(s => s.baseOffset <= offset)?.baseOffset ?? 0
    await writeCheckpoint(options.folder, {
      startOffset: Math.min(startOffset, offset),
      segment,
      position: 0,
      nextOffset: segment,
      maxTimestampMs: -1,
      offsetOfMaxTimestamp: segment,
    })
  }

  async #write(): Promise<void> {
    const { active, stable, startOffset, options, resources } = this.#state
    // set before the work: a failure is tried again only after as many bytes more
    this.#segment = active.baseOffset
    this.#position = stable.position
    if (options.flush === 'os') await resources.files.use(active.logPath, syncFile)
    await writeIndexes(resources, active)
    await writeCheckpoint(options.folder, {
      startOffset,
      segment: active.baseOffset,
      position: stable.position,
      nextOffset: stable.offset,
      maxTimestampMs: stable.maxTimestampMs,
      offsetOfMaxTimestamp: stable.offsetOfMaxTimestamp,
    })
  }
}
