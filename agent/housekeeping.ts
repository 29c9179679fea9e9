import { type Clock, type Logger, messageOf, type OnceAMinute } from '../lib/base/index.ts'
import type { Positions } from './sources/file/positions.ts'
import { dropOldestSegment } from './spool/drop-oldest.ts'
import type { Lane } from './spool/lane.ts'
import type { Spool } from './spool/spool.ts'

const intervalMs = 1_000
/** The checkpoint is written this often, or when the spool has grown by so much since: what a start has to read again. */
const checkpointMs = 10_000
const checkpointBytes = 67_108_864
/** And at most this share of the time, where there are so many files that it takes long. */
const checkpointShare = 50
/** With `dropOldest`, room is made before the spool is quite full. */
const roomShare = 0.9

export interface HousekeepingOptions {
  onFull: 'block' | 'dropOldest'
  spool: Spool
  positions: Positions
  clock: Clock
  logger: Logger
  troubles: OnceAMinute
}

/**
 * Writes the checkpoint of file positions and deletes what of the spool every reader has and is counted in it: the only
 * place where the spool shrinks.
 */
export class Housekeeping {
  readonly #options: HousekeepingOptions
  readonly #timer: NodeJS.Timeout
  #checkpointedMs: number
  #checkpointedBytes = 0
  #checkpointTookMs = 0
  #working: Promise<void> | undefined

  constructor(options: HousekeepingOptions) {
    this.#options = options
    this.#checkpointedMs = options.clock.monotonicMs()
    this.#timer = setInterval(() => this.run(), intervalMs)
  }

  /** Looks now, unless it is looking already. */
  run(): void {
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined
    })
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#working
    await this.#checkpoint()
    await this.#trim()
  }

  async #work(): Promise<void> {
    try {
      if (this.#isCheckpointDue()) await this.#checkpoint()
      await this.#trim()
    } catch (error) {
      this.#options.troubles.warn('cannot tidy the spool', { error: messageOf(error) })
    }
  }

  #isCheckpointDue(): boolean {
    const { positions, spool, clock } = this.#options
    if (!positions.isDirty && spool.lanes.every(lane => positions.covered(lane.name) >= lane.durableOffset))
      return false
    const grown = Math.abs(spool.usedBytes - this.#checkpointedBytes)
    const restMs = Math.max(checkpointMs, this.#checkpointTookMs * checkpointShare)
    const sinceMs = clock.monotonicMs() - this.#checkpointedMs
    return sinceMs >= restMs || grown > checkpointBytes || this.#isTight
  }

  /** More than three quarters full: room is worth a checkpoint. */
  get #isTight(): boolean {
    const { spool } = this.#options
    return spool.usedBytes > spool.maxBytes * 0.75
  }

  async #checkpoint(): Promise<void> {
    const { positions, spool, clock } = this.#options
    this.#checkpointedMs = clock.monotonicMs()
    this.#checkpointedBytes = spool.usedBytes
    await positions.checkpoint(new Map(spool.lanes.map(lane => [lane.name, lane.durableOffset])))
    this.#checkpointTookMs = clock.monotonicMs() - this.#checkpointedMs
  }

  async #trim(): Promise<void> {
    const { spool, positions } = this.#options
    const before = spool.usedBytes
    for (const lane of spool.lanes) {
      const limit = Math.min(lane.ackedOffset, positions.covered(lane.name))
      await trimLane(lane, limit, this.#isTight)
    }
    await this.#makeRoom()
    if (spool.usedBytes < before) spool.wake()
  }

  /** Where it is chosen: of the largest lane the oldest goes, so that what comes has room. */
  async #makeRoom(): Promise<void> {
    const { spool, onFull, troubles } = this.#options
    if (onFull === 'block') return
    while (spool.usedBytes > spool.maxBytes * roomShare) {
      const largest = spool.lanes.toSorted((a, b) => b.log.sizeBytes - a.log.sizeBytes)[0]
      const lines = largest === undefined ? undefined : await dropOldestSegment(largest)
      if (lines === undefined) return
      troubles.warn('spool full, the oldest was dropped', { lane: largest?.name, lines })
    }
  }
}

async function trimLane({ log }: Lane, limit: number, isTight: boolean): Promise<void> {
  const { segments } = log
  const active = segments.at(-1)
  // nothing is left to ship of the segment that is being written: a new one lets it go
  const isSpent = active !== undefined && active.sizeBytes > 0 && limit >= log.endOffset
  if (isTight && isSpent) await log.roll()
  const [oldest] = log.segments
  if (log.segments.length > 1 && oldest !== undefined && oldest.nextOffset <= limit)
    await log.deleteBefore(limit)
}
