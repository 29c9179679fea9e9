import { RangeBlocks, type Signal } from './blocks.ts'
import { type BlockSettings, type SeriesCaches, seriesCaches } from './settings.ts'

/** Idle blocks larger than this give their memory back. */
const keptBytes = 48 * 1024 * 1024

/**
 * Lends blocks to be filled, so many at a time over all partitions: that bounds both memory and the inserts under way.
 * Lent blocks are used again, since growing them anew costs more than filling them.
 */
export class BlockPool {
  readonly #settings: BlockSettings
  readonly #idle = new Map<Signal, RangeBlocks[]>()
  readonly #waiting: (() => void)[] = []
  readonly #caches: SeriesCaches
  #free: number

  constructor(settings: BlockSettings, maxLent: number) {
    this.#settings = settings
    this.#caches = seriesCaches(settings)
    this.#free = maxLent
  }

  /** Runs `work` with blocks of its own, once there are some free. */
  async use<T>(
    signal: Signal,
    work: (blocks: RangeBlocks) => Promise<T>,
    settings = this.#settings,
  ): Promise<T> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>(resolve => this.#waiting.push(resolve))
    const blocks = this.#take(signal, settings)
    try {
      return await work(blocks)
    } finally {
      this.#giveBack(signal, blocks)
    }
  }

  /** Only a range that was planned under another configuration needs blocks of its own. */
  #take(signal: Signal, settings: BlockSettings): RangeBlocks {
    if (settings !== this.#settings) return new RangeBlocks(signal, settings)
    return this.#idle.get(signal)?.pop() ?? new RangeBlocks(signal, settings, this.#caches)
  }

  #giveBack(signal: Signal, blocks: RangeBlocks): void {
    if (blocks.capacity <= keptBytes && blocks.settings === this.#settings) {
      blocks.clear()
      const idle = this.#idle.get(signal) ?? []
      idle.push(blocks)
      this.#idle.set(signal, idle)
    }
    const next = this.#waiting.shift()
    if (next === undefined) this.#free++
    else next()
  }
}
