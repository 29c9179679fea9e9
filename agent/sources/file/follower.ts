import { setImmediate } from 'node:timers/promises'
import { type Clock, codeOf, type Logger, messageOf, type OnceAMinute } from '../../../lib/base/index.ts'
import type { Lag } from '../source.ts'
import { readArchive } from './archive-reader.ts'
import type { Discovery } from './discovery.ts'
import { shownPath } from './file-path.ts'
import type { FileReader, ReadResult } from './file-reader.ts'
import { tryStatusOf } from './inspect.ts'
import type { LineBatch } from './line-batch.ts'
import { MostLag } from './most-lag.ts'
import { lookAtOpen, type OpenFiles } from './open-files.ts'
import type { Positions } from './positions.ts'
import { isSystemError, remedyOf } from './refusal.ts'
import type { Ending } from './split/rows.ts'
import type { TrackedFile } from './tracked-file.ts'
import type { Tracker } from './tracker.ts'

/** How often files that changed lately are looked at. */
const pollMs = 100
const activeForMs = 10_000
/** Looking at all files takes at most this share of the time, between these bounds: idle cost does not grow with their number. */
const scanShare = 200
const leastScanMs = 200
const mostScanMs = 5_000
/** Where a folder has changed, a look at what is new may take more of it; whether one has is asked this often. */
const newScanShare = 20
const askFoldersMs = 250
/** Nothing more is expected of a file that was deleted, or moved to where no pattern looks, when it has not grown for so long. */
const leaveDeletedMs = 60_000
const leaveMovedMs = 3_600_000
const retryRefusedMs = 10_000
const retryShortageMs = 1_000
/** A line without its end is taken up to its last whole character first, and then what is left of it. */
const timesTakenMax = 2
const shortages = new Set(['EMFILE', 'ENFILE'])
/** Files read between which others in the process have their turn: most of what it takes needs no waiting. */
const filesPerTurn = 64
/** Chunks read of one file before others have their turn. */
const chunksPerTurn = 16
/** Files named with what they have to be read. */
const maxLagging = 100

export interface FollowerOptions {
  discovery: Discovery
  tracker: Tracker
  reader: FileReader
  openFiles: OpenFiles
  batch: LineBatch
  positions: Positions
  clock: Clock
  logger: Logger
  troubles: OnceAMinute
  /** After so long without growth an event of several lines is whole; null: there are none. */
  quietMs: number | null
  /** After so long without growth a line is taken without its end; null: never. */
  flushPartialMs: number | null
}

/** Looks and reads when told to: what a file source does between its waits. */
export class Follower {
  readonly #options: FollowerOptions
  /** Those that may have something before the next scan. */
  #active = new Set<TrackedFile>()
  #nextScanMs = Number.NEGATIVE_INFINITY
  #earliestScanMs = Number.NEGATIVE_INFINITY
  #askFoldersMs = Number.NEGATIVE_INFINITY
  #scanStartMs: number | undefined
  /** All that stood in the files then is durable in the spool; on the monotonic clock, since the other one may be set. */
  caughtUpMs = Number.NEGATIVE_INFINITY
  isClosing = false

  constructor(options: FollowerOptions) {
    this.#options = options
  }

  /** Until the next look that is due: soon where a file is active, else the next scan. */
  restMs(): number {
    if (this.#active.size > 0) return pollMs
    const nextMs = Math.min(this.#nextScanMs, Math.max(this.#askFoldersMs, this.#earliestScanMs))
    return Math.max(pollMs, nextMs - this.#options.clock.monotonicMs())
  }

  lag(): Lag {
    const most = new MostLag(maxLagging)
    for (const [source, files] of this.#options.tracker.bySource) {
      let lagBytes = 0
      for (const file of files) lagBytes += file.lagBytes
      most.add(source, lagBytes)
    }
    return most.take()
  }

  /** One look and one round of reading; true where everything was read to its end. */
  async turn(): Promise<boolean> {
    const { clock, batch } = this.#options
    const nowMs = clock.monotonicMs()
    if (nowMs >= this.#nextScanMs) await this.#scanAll(nowMs)
    else if (this.#hasNew(nowMs)) await this.#scanNew(nowMs)
    this.#poll(nowMs)
    const isClean = await this.#readRound()
    if (isClean && this.#scanStartMs !== undefined) {
      await batch.settled()
      this.caughtUpMs = this.#scanStartMs
      this.#scanStartMs = undefined
    }
    return isClean
  }

  #hasNew(nowMs: number): boolean {
    if (nowMs < this.#askFoldersMs || nowMs < this.#earliestScanMs) return false
    this.#askFoldersMs = nowMs + askFoldersMs
    return this.#options.discovery.hasChanged()
  }

  async #scanAll(nowMs: number): Promise<void> {
    const { tracker } = this.#options
    const tookMs = await tracker.scan('all')
    this.#scanStartMs = nowMs
    this.#nextScanMs = nowMs + Math.min(mostScanMs, Math.max(leastScanMs, tookMs * scanShare))
    this.#active = new Set([...tracker.files].filter(file => this.#isActive(file, nowMs)))
  }

  async #scanNew(nowMs: number): Promise<void> {
    const { tracker } = this.#options
    const tookMs = await tracker.scan('new')
    this.#earliestScanMs = nowMs + Math.min(mostScanMs, tookMs * newScanShare)
    for (const file of tracker.files) if (this.#isActive(file, nowMs)) this.#active.add(file)
  }

  #isActive(file: TrackedFile, nowMs: number): boolean {
    const mayFlush = file.isUnsettled && file.timesTaken < timesTakenMax
    const isLate = nowMs - file.changedMs > activeForMs
    return (
      !isLate || file.hasMore || (mayFlush && !file.isArchive && this.#flushes) || this.#hasLeft(file, nowMs)
    )
  }

  get #flushes(): boolean {
    return this.#options.flushPartialMs !== null
  }

  #poll(nowMs: number): void {
    for (const file of this.#active) {
      if (!this.#isActive(file, nowMs)) this.#active.delete(file)
      if (file.isArchive || file.path === undefined) continue
      const found = tryStatusOf(file.path)
      if (found === 'refused') continue
      // anything but growth is for the next scan to judge
      if (found !== undefined && found.ino === Number(file.inode) && found.size >= file.offset)
        file.saw(found.size, found.mtimeMs, nowMs)
      else this.#scanSoon()
    }
  }

  #scanSoon(): void {
    this.#nextScanMs = Number.NEGATIVE_INFINITY
  }

  async #readRound(): Promise<boolean> {
    let isClean = true
    const nowMs = this.#options.clock.monotonicMs()
    // most files of most rounds have nothing: those must cost next to nothing
    const due = [...this.#active].filter(file => this.#isDue(file, nowMs))
    for (const [i, file] of due.entries()) {
      if (this.isClosing) return false
      if (i % filesPerTurn === filesPerTurn - 1) await setImmediate()
      try {
        if (!(await this.#readFile(file))) isClean = false
      } catch (error) {
        // the spool was closed under us
        if (this.isClosing) return false
        this.#refused(file, error)
      }
    }
    return isClean
  }

  #isDue(file: TrackedFile, nowMs: number): boolean {
    if (nowMs < file.blockedUntilMs) return false
    return file.hasMore || isDeleted(file) || this.#endingOf(file, nowMs) !== 'open'
  }

  #refused(file: TrackedFile, error: unknown): void {
    const { clock, logger } = this.#options
    const code = codeOf(error) ?? messageOf(error)
    if (shortages.has(code)) {
      this.#ranShort(file, error)
      return
    }
    file.blockedUntilMs = clock.monotonicMs() + retryRefusedMs
    // once a file and reason, though it is tried again
    if (file.refusal === code) return
    file.refusal = code
    const path = shownPath(file.path ?? file.source)
    logger.warn(`cannot read a file: ${remedyOf(file, code)}`, { path, error: messageOf(error) })
  }

  /** No file can be opened any more, of all there are. */
  #ranShort(file: TrackedFile, error: unknown): void {
    const { clock, openFiles, troubles } = this.#options
    file.blockedUntilMs = clock.monotonicMs() + retryShortageMs
    troubles.warn('too many files are open: raise how many the agent may have open', {
      error: messageOf(error),
    })
    openFiles.closeIdle()
  }

  /** True where it is read to its end. */
  async #readFile(file: TrackedFile): Promise<boolean> {
    const nowMs = this.#options.clock.monotonicMs()
    // no scan sees it any more
    if (isDeleted(file)) lookAtOpen(file, nowMs)
    const ending = this.#endingOf(file, nowMs)
    if (!file.hasMore && ending === 'open') return true
    if (ending !== 'open') file.quietSize = file.readSize
    if (ending === 'partial') file.tookPartial()
    const result = await this.#read(file, ending)
    if (result === 'end' && ending !== 'open' && ending !== 'quiet')
      await this.#options.batch.settleAccount(file)
    if (result === 'end' && ending === 'finished') await this.#finish(file)
    if (result === 'changed') await this.#options.tracker.replaced(file)
    if (result === 'gone') this.#options.tracker.displaced(file)
    if (result === 'changed' || result === 'gone') this.#scanSoon()
    return result === 'end'
  }

  #read(file: TrackedFile, ending: Ending): Promise<ReadResult> {
    if (file.isArchive) return this.#readArchive(file)
    return this.#options.reader.read(file, chunksPerTurn, ending)
  }

  async #readArchive(file: TrackedFile): Promise<ReadResult> {
    const { reader, batch, positions, clock } = this.#options
    const nowMs = clock.monotonicMs()
    // where it is cut and has stayed so since the last try, what stands before the cut is all there is
    if (file.fromEnd !== undefined) {
      positions.note({ ...file.position(), done: true })
      file.readToEnd(nowMs)
      return 'end'
    }
    const isSettled = file.quietSize === file.size
    file.quietSize = file.size
    try {
      const result = await readArchive(file, reader, batch, isSettled ? 'partial' : 'open', nowMs)
      if (result !== 'end') return result
      await batch.settleAccount(file)
      await batch.settled()
      positions.finish(file.generation)
      return 'end'
    } catch (error) {
      if (isSettled && !isSystemError(error)) file.readToEnd(nowMs)
      throw error
    }
  }

  #endingOf(file: TrackedFile, nowMs: number): Ending {
    if (file.isArchive) return 'open'
    if (file.hasMore) return this.#endingOfGrowing(file, nowMs)
    if (this.#hasLeft(file, nowMs)) return 'finished'
    if (!file.isUnsettled) return 'open'
    const { quietMs, flushPartialMs } = this.#options
    const stillMs = nowMs - file.changedMs
    const times = file.timesTaken
    if (flushPartialMs !== null && times < timesTakenMax && stillMs >= flushPartialMs * (times + 1))
      return 'partial'
    const isQuiet = quietMs !== null && stillMs >= quietMs
    return isQuiet && file.quietSize !== file.readSize ? 'quiet' : 'open'
  }

  /** One stream of a container may be quiet with something unfinished while the other goes on. */
  #endingOfGrowing(file: TrackedFile, nowMs: number): Ending {
    const isContainer = file.format === 'cri' || file.format === 'docker'
    if (!isContainer || file.heldOffset !== file.offset || !file.isUnsettled) return 'open'
    const heldMs = nowMs - file.heldSinceMs
    const { quietMs, flushPartialMs } = this.#options
    if (flushPartialMs !== null && heldMs >= flushPartialMs) return 'partial'
    return quietMs !== null && heldMs >= quietMs ? 'quiet' : 'open'
  }

  #hasLeft(file: TrackedFile, nowMs: number): boolean {
    if (file.leftMs === undefined) return false
    const stillMs = nowMs - Math.max(file.changedMs, file.leftMs)
    return stillMs >= (file.path === undefined ? leaveDeletedMs : leaveMovedMs)
  }

  async #finish(file: TrackedFile): Promise<void> {
    await this.#options.batch.settled()
    this.#options.openFiles.close(file)
    this.#options.tracker.retire(file)
    this.#active.delete(file)
  }
}

function isDeleted(file: TrackedFile): boolean {
  return file.leftMs !== undefined && file.path === undefined
}
