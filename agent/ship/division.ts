import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { namesIn, syncFolder } from '../../lib/base/index.ts'
import { openLog } from '../../lib/log/index.ts'
import { dividedFolder, isDivided } from '../file-names.ts'
import { divideRecord } from '../records/divide.ts'
import { laneRecords, writeLaneBatch } from '../records/lane-records.ts'
import type { SpooledBatch } from './batch-reader.ts'
import { type LaneState, readLaneState, writeLaneState } from './lane-state.ts'
import type { ShipperOptions } from './shipper-options.ts'

const segmentBytes = 67_108_864
/** As long as it takes: the longest wait that a timer takes. */
const noHurryMs = 2_000_000_000

/** What a division needs of the shipper that sends its lines. */
export interface LinesShipper {
  readonly ackedOffset: number
  readonly topicOffset: number
  readonly unansweredMs: number
  start(): void
  close(drainMs: number): Promise<void>
}

/**
 * What becomes of a record that the brokers never take as it is: its lines are put in a small lane of their own, on disk
 * beside that of the record, and a shipper of their own sends them under a producer of their own. So each arrives once,
 * whatever happens in between, and those that are refused themselves are set aside one by one.
 */
export class Division {
  /** True once all lines of the one that was shipped last have gone or were set aside. */
  isDone = false
  readonly #options: ShipperOptions
  readonly #newShipper: (options: ShipperOptions) => LinesShipper
  #shipper: LinesShipper | undefined
  #isTidy = false
  #drainUntilMs: number | undefined

  constructor(options: ShipperOptions, newShipper: (options: ShipperOptions) => LinesShipper) {
    this.#options = options
    this.#newShipper = newShipper
  }

  /** For how long an answer of the brokers is being waited for. */
  get unansweredMs(): number {
    return this.#shipper?.unansweredMs ?? 0
  }

  /** Divides a batch of one record; false where that is of one line. */
  async make(batch: SpooledBatch, binding: LaneState['binding']): Promise<boolean> {
    const { folder: lane, lane: named } = this.#options
    const lines = laneRecords(batch.bytes).flatMap(record => divideRecord(named.signal, record))
    if (lines.length < 2) return false
    const folder = dividedFolder(lane, batch.offset)
    const unfinished = `${folder}.tmp`
    await rm(unfinished, { recursive: true, force: true })
    const log = await openLog({ folder: unfinished, segmentBytes, flush: 'ack' })
    try {
      await log.append(writeLaneBatch(lines))
      await writeLaneState(unfinished, { schema: 1, binding, producer: null, ackedOffset: 0, topicOffset: 0 })
    } finally {
      await log.close()
    }
    await rename(unfinished, folder)
    // lines must not be sent whose lane the next start may not find
    await syncFolder(lane)
    return true
  }

  /**
   * Ships the lines of the record at a spool offset, where it was divided, until all have gone or the time is over: see
   * `isDone`. Answers what follows the last of them in the topic; undefined where it was not divided.
   */
  async ship(offset: number): Promise<number | undefined> {
    if (!this.#isTidy) await this.#tidy(offset)
    const folder = dividedFolder(this.#options.folder, offset)
    if (!existsSync(folder)) return undefined
    const { lane, place = lane.name } = this.#options
    const log = await openLog({ folder, segmentBytes, flush: 'ack' })
    try {
      const state = await readLaneState(folder, 0)
      const { name, signal, topic } = lane
      const own = {
        lane: { name, signal, topic, log },
        place: `${place}-${String(offset).padStart(20, '0')}`,
        folder,
        state,
      }
      const shipper = this.#newShipper({ ...this.#options, ...own })
      this.#shipper = shipper
      shipper.start()
      await shipper.close(this.#leftMs)
      this.isDone = shipper.ackedOffset >= log.endOffset
      return shipper.topicOffset
    } finally {
      this.#shipper = undefined
      await log.close()
    }
  }

  get #leftMs(): number {
    if (this.#drainUntilMs === undefined) return noHurryMs
    return Math.max(0, this.#drainUntilMs - this.#options.clock.monotonicMs())
  }

  /** Lines that are left after so long wait for the next start. */
  async hurry(drainMs: number): Promise<void> {
    this.#drainUntilMs = this.#options.clock.monotonicMs() + drainMs
    await this.#shipper?.close(drainMs)
  }

  /** The lane has moved on behind the record. */
  async forget(offset: number): Promise<void> {
    await rm(dividedFolder(this.#options.folder, offset), { recursive: true, force: true })
  }

  /** What a crash left of others. */
  async #tidy(offset: number): Promise<void> {
    const { folder } = this.#options
    const own = basename(dividedFolder(folder, offset))
    for (const name of await namesIn(folder))
      if (isDivided(name) && name !== own) await rm(join(folder, name), { recursive: true, force: true })
    this.#isTidy = true
  }
}
