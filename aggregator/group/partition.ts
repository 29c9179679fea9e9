import type { Clock, Logger, OnceAMinute } from '../../lib/base/index.ts'
import type { FetchResult } from '../../lib/kafka/client/index.ts'
import { errorCodes, errorName } from '../../lib/kafka/index.ts'
import type { LetterSender } from '../dead-letters/sender.ts'
import type { Figures } from '../figures.ts'
import type { Inserter } from '../insert/inserter.ts'
import { pause } from '../insert/pause.ts'
import type { BlockPool } from '../range/block-pool.ts'
import type { RangeBlocks, Signal } from '../range/blocks.ts'
import { type FilledRange, fillRange } from '../range/fill.ts'
import { RecordQueue } from '../range/record-queue.ts'
import { type BlockSettings, encodeSettings } from '../range/settings.ts'
import { type Commit, commitOrEnd, Superseded } from './commit.ts'
import { type Era, eraAfter, type Replay, replayOf } from './era.ts'
import type { Pace } from './pace.ts'
import { encodeMetadata, insertToken, type StartingPoint } from './plan.ts'

/** Fetched and not yet put into a range, per partition; beyond it no more is fetched. */
export const maxQueuedBytes = 3 * 1024 * 1024
/** From so many queued bytes (they are compressed) on a range is made without waiting for more. */
const eagerBytes = 1024 * 1024
/** A range's rows take at most about so much memory. */
const maxRangeBytes = 16 * 1024 * 1024

export interface PartitionOptions {
  topic: string
  topicId: string
  partition: number
  signal: Signal
  maxRows: number
  pace: Pace
  pool: BlockPool
  inserter: Inserter
  letters: LetterSender
  figures: Figures
  clock: Clock
  logger: Logger
  troubles: OnceAMinute
  settings: BlockSettings
  commit: Commit
}

interface PlannedRange extends FilledRange {
  from: number
  era: Era
  /** True when its plan stands in the group already. */
  isPlanned: boolean
}

/**
 * Moves one partition into the store, range by range: plan (commit the start with the end beside it), insert every
 * table's block with a token of the range, commit the end. One range lands at a time, in the order of offsets, while the
 * next one is filled. The first range after quiet goes out at once, after that one at a time as `pace` has it, unless much has come.
 */
export class PartitionWorker {
  readonly #options: PartitionOptions
  readonly #stopping = new AbortController()
  readonly #aborting = new AbortController()
  #queue: RecordQueue
  #committed: number
  /** Where the next range begins: past the one that is landing. */
  #next: number
  #replay: Replay | undefined
  /** Of the ranges to be planned. */
  #era: Era
  #highWatermark = -1
  #wake: (() => void) | undefined
  #running: Promise<void> | undefined
  #landing: Promise<void> = Promise.resolve()
  #failure: unknown
  #lastRangeMs = Number.NEGATIVE_INFINITY

  constructor(options: PartitionOptions, start: StartingPoint) {
    this.#options = options
    this.#queue = new RecordQueue(start.offset)
    this.#committed = start.offset
    this.#next = start.offset
    this.#replay = replayOf(start)
    this.#era = eraAfter(start, options.settings)
  }

  get topic(): string {
    return this.#options.topic
  }
  get partition(): number {
    return this.#options.partition
  }
  get fetchOffset(): number {
    return this.#queue.fetchOffset
  }
  get #name(): string {
    return `${this.topic}-${this.partition}`
  }
  get wantsData(): boolean {
    return !this.#stopping.signal.aborted && this.#queue.bytes < maxQueuedBytes
  }
  /** Records that are in the topic and not in the store; 0 before the first fetch. */
  get lag(): number {
    return Math.max(0, this.#highWatermark - this.#committed)
  }

  /** `onBug` is told of what should not happen; all that can go wrong from outside is waited out. */
  start(onBug: (error: unknown) => void): void {
    this.#running = this.#run().catch(onBug)
  }

  /** Takes what a fetch brought. */
  offer(result: FetchResult): void {
    if (this.#stopping.signal.aborted) return
    if (result.errorCode === errorCodes.NONE) {
      this.#highWatermark = result.highWatermark
      this.#queue.push(result.records)
    } else if (result.errorCode === errorCodes.OFFSET_OUT_OF_RANGE) this.#jump(result)
    else this.#warn('a partition cannot be read', { error: errorName(result.errorCode) })
    this.#wake?.()
  }

  /** Ends after the range under way; after `graceMs` that one is left to whoever comes next. */
  async close(graceMs: number): Promise<void> {
    this.#stopping.abort()
    this.#wake?.()
    const timer = setTimeout(() => this.#aborting.abort(), graceMs)
    await this.#running
    clearTimeout(timer)
    this.#options.pace.leave(this.#name)
  }

  async #run(): Promise<void> {
    try {
      while (!this.#stopping.signal.aborted) {
        await this.#untilDue()
        if (this.#stopping.signal.aborted) return
        this.#lastRangeMs = this.#options.clock.monotonicMs()
        await this.#untilFilled()
      }
    } catch (error) {
      this.#failed(error)
    } finally {
      await this.#landing
    }
    if (this.#failure !== undefined) throw this.#failure
  }

  /** Fills the next range while the one before it lands: the engine need not wait for us, nor we for it. */
  async #untilFilled(): Promise<void> {
    const { pool, signal } = this.#options
    const before = this.#landing
    const { settings } = this.#replay?.era ?? this.#era
    await new Promise<void>(filled => {
      const work = async (blocks: RangeBlocks) => {
        const range = await this.#fill(blocks)
        filled()
        await before
        if (range !== undefined) await this.#land(blocks, range)
      }
      this.#landing = pool
        .use(signal, work, settings)
        .catch(error => this.#failed(error))
        .finally(filled)
    })
  }

  /** Whatever has failed, nothing after it may land. */
  #failed(error: unknown): void {
    const isExpected = error instanceof Superseded || this.#aborting.signal.aborted
    if (!isExpected) this.#failure ??= error
    this.#stopping.abort()
    this.#wake?.()
  }

  /** Waits until there is something, and for more to come with it when the last range was just now. */
  async #untilDue(): Promise<void> {
    const { signal } = this.#stopping
    while (this.#queue.isEmpty && !signal.aborted) await this.#news()
    const { clock, pace } = this.#options
    for (;;) {
      const delayMs = pace.delayMs(this.#name, this.#queue.bytes)
      const restMs = this.#lastRangeMs + delayMs - clock.monotonicMs()
      if (signal.aborted || restMs <= 0 || this.#queue.bytes >= eagerBytes) return
      await Promise.race([this.#news(), pause(restMs, signal)])
    }
  }

  #news(): Promise<void> {
    return new Promise(resolve => {
      this.#wake = resolve
    })
  }

  async #land(blocks: RangeBlocks, range: PlannedRange): Promise<void> {
    const { topic, topicId, partition, figures, inserter, letters, clock, pace } = this.#options
    // meanwhile the partition may have been given up, or the range before this one not have landed
    if (this.#stopping.signal.aborted && !range.isPlanned) return
    const { from, to, era } = range
    if (!range.isPlanned) await this.#commit(from, to, era)
    const { signal } = this.#aborting
    if (range.letters.length > 0)
      await letters.send(
        range.letters.map(letter => ({ ...letter, topicId })),
        signal,
      )
    const startedMs = clock.monotonicMs()
    await inserter.insert(
      blocks.finish({ topic, topicId, partition, from: era.since, to }),
      table => insertToken(topic, topicId, partition, from, to, table),
      signal,
    )
    pace.landed(this.#name, blocks.rows, clock.monotonicMs() - startedMs)
    await this.#commit(to, undefined, era)
    this.#committed = to
    figures.ranges.add(1)
    if (range.letters.length > 0) this.#noteUndecodable(range)
  }

  /** The next range with its rows in the blocks; undefined where there is none to be had. */
  async #fill(blocks: RangeBlocks): Promise<PlannedRange | undefined> {
    if (this.#stopping.signal.aborted) return undefined
    const from = this.#next
    const range: FilledRange = { to: from, records: 0, letters: [], letterBytes: 0 }
    const era = this.#replay?.era ?? this.#era
    const isPlanned = await this.#fillTo(this.#replay?.to, blocks, range)
    this.#next = range.to
    return range.to === from ? undefined : { ...range, from, isPlanned, era }
  }

  /** True when the range was planned before, by this process's forerunner: it then ends exactly where that one said. */
  async #fillTo(to: number | undefined, blocks: RangeBlocks, range: FilledRange): Promise<boolean> {
    const { topic, partition, maxRows } = this.#options
    const limits = { maxRows, maxBytes: maxRangeBytes, to }
    await fillRange(this.#queue, blocks, { topic, partition }, limits, range)
    if (to === undefined) return false
    while (this.#queue.isEmpty && this.#queue.fetchOffset < to) {
      // replays are never half done: what comes first is all of it
      if (this.#stopping.signal.aborted) throw new Superseded()
      if (this.#isCutBelow(to)) return false
      await this.#news()
      await fillRange(this.#queue, blocks, { topic, partition }, limits, range)
    }
    // the last offsets of a range may be gone from a compacted topic
    range.to = to
    this.#replay = undefined
    const { logger } = this.#options
    logger.info('inserting a range again that was under way', { topic, partition, from: this.#next, to })
    return true
  }

  /** A log that lost its end in a power cut no longer has the range that was planned, so a new one is planned. */
  #isCutBelow(to: number): boolean {
    const end = this.#highWatermark
    if (end < 0 || end >= to || this.#queue.fetchOffset < end) return false
    const { topic, partition, logger } = this.#options
    logger.error('the topic ends before a range that was under way: planning it anew', {
      topic,
      partition,
      to,
      end,
    })
    this.#replay = undefined
    return true
  }

  async #commit(offset: number, to: number | undefined, { settings, since }: Era): Promise<void> {
    const { topic, topicId, partition, commit } = this.#options
    const metadata = encodeMetadata({ topicId, to, settings: encodeSettings(settings), since })
    const entry = { topic, partition, offset, metadata }
    await commitOrEnd(commit, entry, this.#aborting.signal, error =>
      this.#warn('an offset cannot be committed: trying again', { error }),
    )
  }

  /** The topic no longer has the offset: retention was faster, or the log was cut. Goes on where it begins now. */
  #jump(result: FetchResult): void {
    const { topic, partition, logger } = this.#options
    const offset = result.logStartOffset
    if (offset < 0 || !this.#queue.isEmpty) return
    logger.error('offsets are gone from the topic: going on where it begins now', {
      topic,
      partition,
      wanted: this.#queue.fetchOffset,
      begins: offset,
      ends: result.highWatermark,
    })
    this.#queue = new RecordQueue(offset)
    this.#next = offset
    this.#replay = undefined
    this.#era = { ...this.#era, since: offset }
  }

  #noteUndecodable(range: FilledRange): void {
    const { topic, figures } = this.#options
    figures.undecodable(topic).add(range.letters.length)
    this.#warn('records could not be read: see millrace aggregator dead-letters list', {
      records: range.letters.length,
      below: range.to,
    })
  }

  #warn(message: string, attributes: Record<string, string | number>): void {
    const { topic, partition, troubles } = this.#options
    troubles.warn(message, { topic, partition, ...attributes }, this.#name)
  }
}
