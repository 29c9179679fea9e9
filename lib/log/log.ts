import { ensureFolder, type Logger, messageOf } from '../base/index.ts'
import { Appender, closedError } from './appender.ts'
import { compactSegments, type Exchange } from './compaction/compact.ts'
import type { CompactionRequest, CompactionResult } from './compaction/types.ts'
import { cutAt } from './cut.ts'
import { LogReader } from './log-reader.ts'
import { recover } from './recovery.ts'
import { removeFiles } from './remove.ts'
import { createLogResources, type LogResources } from './resources.ts'
import { defaultTuning, endOf, type LogState } from './state.ts'
import { swapIn } from './swap.ts'
import type {
  AppendResult,
  Log,
  LogOptions,
  LogRange,
  LogSlice,
  LogTuning,
  SegmentInfo,
  TimestampedOffset,
} from './types.ts'

export interface LogDeps {
  logger?: Logger
  /** Shared by all logs of the process; without it the log has its own. */
  resources?: LogResources
  /** The wall clock, by which segments without timestamps age. */
  nowMs?: () => number
}

/**
 * Opens the log in a folder, making both where they are not there, after a crash with recovery. See types.ts.
 * Errors: FOLDER_UNWRITABLE.
 *
 * @example
 * const log = await openLog({ folder, segmentBytes: 1 << 30, flush: 'ack' })
 * const { baseOffset } = await log.append(writeBatch([record]))
 */
export async function openLog(options: LogOptions, deps: LogDeps = {}): Promise<Log> {
  await ensureFolder(options.folder)
  const { folder, flush, leaderEpoch = 0, ...given } = options
  const tuning = { ...defaultTuning, ...given }
  const resources = deps.resources ?? createLogResources()
  const { closed, active, startOffset, cutBytes, isVouchedFor } = await recover({
    folder,
    indexIntervalBytes: tuning.indexIntervalBytes,
    resources,
    logger: deps.logger,
  })
  const nowMs = deps.nowMs ?? Date.now
  const state: LogState = {
    options: { folder, flush, leaderEpoch },
    tuning,
    resources,
    logger: deps.logger,
    closed,
    active,
    startOffset,
    stable: endOf(active),
    nowMs,
    activeSinceMs: nowMs(),
    jitter: Math.random(),
    generation: 0,
    swapping: undefined,
  }
  const log = new SegmentedLog(state, isVouchedFor)
  if (cutBytes > 0) await log.checkpoint()
  return log
}

class SegmentedLog implements Log {
  readonly #state: LogState
  readonly #appender: Appender
  readonly #reader: LogReader
  #compacting: Promise<unknown> | undefined
  #isClosing = false

  constructor(state: LogState, isVouchedFor: boolean) {
    this.#state = state
    this.#appender = new Appender(state, isVouchedFor)
    this.#reader = new LogReader(state)
  }

  get startOffset(): number {
    return this.#state.startOffset
  }
  get endOffset(): number {
    return this.#state.active.nextOffset
  }
  get stableOffset(): number {
    return this.#state.stable.offset
  }
  get sizeBytes(): number {
    return this.#state.closed.reduce((sum, segment) => sum + segment.sizeBytes, this.#state.active.sizeBytes)
  }
  get unsyncedBytes(): number {
    return this.#appender.unsyncedBytes
  }
  get activeOffset(): number {
    return this.#state.active.baseOffset
  }
  get generation(): number {
    return this.#state.generation
  }
  get segments(): SegmentInfo[] {
    return [...this.#state.closed, this.#state.active].map(
      ({ baseOffset, nextOffset, sizeBytes, maxTimestampMs, lastModifiedMs }) => ({
        baseOffset,
        nextOffset,
        sizeBytes,
        maxTimestampMs,
        lastModifiedMs,
      }),
    )
  }
  append(batches: Buffer): Promise<AppendResult> {
    return this.#appender.append(batches)
  }

  read(offset: number, maxBytes: number): Promise<LogSlice> {
    return this.#reader.read(offset, maxBytes)
  }

  range(offset: number, maxBytes: number): Promise<LogRange | undefined> {
    return this.#reader.range(offset, maxBytes)
  }

  offsetForTimestamp(timestampMs: number): Promise<TimestampedOffset | undefined> {
    return this.#reader.offsetForTimestamp(timestampMs)
  }

  async deleteBefore(offset: number, { durable = false } = {}): Promise<void> {
    if (offset <= this.#state.startOffset) return
    await this.#appender.exclusively(async () => {
      const state = this.#state
      state.startOffset = Math.max(state.startOffset, Math.min(offset, state.stable.offset))
      const gone = state.closed.filter(segment => segment.nextOffset <= state.startOffset)
      if (gone.length === 0 && !durable) return
      state.closed = state.closed.slice(gone.length)
      // the new start first: a crash in between leaves files below it, never a start below the files
      await this.#appender.checkpoint().catch(error => {
        // a full disk must not keep the files from going that fill it: the first one left tells the start as well
        if (durable || gone.length === 0) throw error
        this.#state.logger?.warn('writing a recovery point failed', {
          folder: state.options.folder,
          error: messageOf(error),
        })
      })
      await removeFiles(state, gone.toReversed())
    })
  }

  async truncate(offset: number): Promise<void> {
    if (offset >= this.#state.active.nextOffset) return
    await this.#appender.exclusively(async () => {
      await this.#appender.distrust(offset)
      await cutAt(this.#state, offset)
      await this.#appender.checkpoint()
    })
  }

  roll(): Promise<void> {
    return this.#appender.exclusively(() => this.#appender.roll())
  }

  configure(tuning: Partial<LogTuning>): void {
    this.#state.tuning = { ...this.#state.tuning, ...tuning }
  }

  compact(request: CompactionRequest): Promise<CompactionResult> {
    const throttle = async (bytes: number) => {
      if (this.#isClosing) throw closedError(this.#state.options.folder)
      await request.throttle(bytes)
    }
    const exchange: Exchange = (cleaned, from) =>
      this.#appender.exclusively(async () => {
        await this.#appender.passClosed()
        return await swapIn(this.#state, cleaned, from)
      })
    const compacting = compactSegments(this.#state, { ...request, throttle }, exchange)
    // its caller hears of a failure; a close waits for the end alone
    this.#compacting = compacting.catch(() => undefined)
    return compacting
  }

  flush(): Promise<void> {
    return this.#appender.exclusively(() => this.#appender.sync())
  }

  checkpoint(): Promise<void> {
    return this.#appender.exclusively(() => this.#appender.checkpoint())
  }

  async close(): Promise<void> {
    this.#isClosing = true
    // it must not open a file again that is about to be forgotten
    await this.#compacting
    await this.#appender.close()
    const { closed, active, resources } = this.#state
    for (const segment of [...closed, active])
      for (const path of segment.paths) await resources.files.forget(path)
  }
}
