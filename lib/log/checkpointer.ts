import { isDeepStrictEqual } from 'node:util'
import { messageOf } from '../base/index.ts'
import { type Checkpoint, writeCheckpoint } from './checkpoint.ts'
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
  /** What is on disk, as far as we know. */
  #written: Checkpoint | undefined

  constructor(state: LogState, isVouchedFor: boolean) {
    this.#state = state
    this.#written = isVouchedFor ? this.#now() : undefined
    this.#segment = state.active.baseOffset
    this.#position = state.stable.position
  }

  /** Up to where the active segment was when it was last synced for a recovery point. */
  get syncedPosition(): number {
    return this.#segment === this.#state.active.baseOffset ? this.#position : 0
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

  /** Writes unless what is on disk is still true: a log that was only read is closed without a sync. */
  async writeIfStale(): Promise<void> {
    await this.idle()
    if (!isDeepStrictEqual(this.#written, this.#now())) await this.#write()
  }

  /**
   * Makes sure that what is on disk speaks of the active segment: of a closed one it vouches for the whole, and a part of it
   * would be another part once compaction has exchanged it.
   */
  async passClosed(): Promise<void> {
    await this.idle()
    if (this.#written?.segment !== this.#state.active.baseOffset) await this.#write()
  }

  /** Vouches for nothing from the segment of `offset` on. */
  async distrust(offset: number): Promise<void> {
    await this.idle()
    const { closed, active, startOffset } = this.#state
    const segment = [...closed, active].findLast(s => s.baseOffset <= offset)?.baseOffset ?? 0
    await this.#put({
      startOffset: Math.min(startOffset, offset),
      segment,
      position: 0,
      nextOffset: segment,
      maxTimestampMs: -1,
      offsetOfMaxTimestamp: segment,
    })
  }

  async #write(): Promise<void> {
    const checkpoint = this.#now()
    const { active, options, resources } = this.#state
    // set before the work: a failure is tried again only after as many bytes more
    this.#segment = checkpoint.segment
    this.#position = checkpoint.position
    if (options.flush === 'os') await resources.files.use(active.logPath, syncFile)
    await writeIndexes(resources, active)
    await this.#put(checkpoint)
  }

  async #put(checkpoint: Checkpoint): Promise<void> {
    this.#written = undefined
    await writeCheckpoint(this.#state.options.folder, checkpoint)
    this.#written = checkpoint
  }

  #now(): Checkpoint {
    const { active, stable, startOffset } = this.#state
    return {
      startOffset,
      segment: active.baseOffset,
      position: stable.position,
      nextOffset: stable.offset,
      maxTimestampMs: stable.maxTimestampMs,
      offsetOfMaxTimestamp: stable.offsetOfMaxTimestamp,
    }
  }
}
