import { type Clock, codeOf, messageOf, OnceAMinute } from '../../../lib/base/index.ts'
import { Signal } from '../../signal.ts'
import type { Lane } from '../../spool/lane.ts'
import type { Source, SourceHost, SourceLag } from '../source.ts'
import type { FileConfig } from './config.ts'
import { FileReader, type ReadResult } from './file-reader.ts'
import { Glob } from './glob.ts'
import { readGzip } from './gzip-reader.ts'
import { sizeAt } from './inspect.ts'
import { LineBatch } from './line-batch.ts'
import type { Ending } from './splitter.ts'
import type { TrackedFile } from './tracked-file.ts'
import { Tracker } from './tracker.ts'

/** How often files that changed lately are looked at. */
const pollMs = 100
const activeForMs = 10_000
/** Looking for files takes at most this share of the time, between these bounds: idle cost does not grow with their number. */
const scanShare = 300
const leastScanMs = 200
const mostScanMs = 5_000
/** A file that was renamed or deleted and has not grown for this long is finished. */
const leaveAfterMs = 5_000
const retryRefusedMs = 10_000
/** Chunks read of one file before others have their turn. */
const chunksPerTurn = 16
const leastLineBytes = 900_000

export type FileSourceOptions = Pick<
  SourceHost,
  'agentId' | 'hostName' | 'positions' | 'clock' | 'logger' | 'metrics' | 'random'
> & {
  config: FileConfig
  /** The lane through which all lines of a path go. */
  laneOf: (source: string) => Lane
}

/** Follows files: looks for them, reads what is new, hands lines to the spool. See Tracker for rotation. */
export class FileSource implements Source {
  readonly #options: FileSourceOptions
  readonly #batch: LineBatch
  readonly #reader: FileReader
  readonly #tracker: Tracker
  readonly #troubles: OnceAMinute
  readonly #wake = new Signal()
  #nextScanMs = 0
  #scanStartMs: number | undefined
  #closing = false
  #running: Promise<void> | undefined
  /** All that stood in the files then is durable in the spool. */
  #caughtUpMs = 0
  readonly addresses = {}

  constructor(options: FileSourceOptions) {
    const { config, metrics, clock } = options
    this.#options = options
    this.#troubles = new OnceAMinute(options.logger, clock)
    const labels = { source: config.name }
    const { service, parse, multiline } = config
    this.#batch = new LineBatch({
      ...options,
      service,
      parse,
      lines: metrics.counter('millrace.agent.lines', { unit: '{line}', description: 'lines read' }, labels),
      bytes: metrics.counter('millrace.agent.bytes', { unit: 'By', description: 'bytes read' }, labels),
    })
    const maxLineBytes = Math.min(config.maxLineBytes, leastLineBytes)
    const start =
      multiline === null ? undefined : { start: new RegExp(multiline.start), maxLines: multiline.maxLines }
    this.#reader = new FileReader(this.#batch, { maxLineBytes, multiline: start }, () => clock.monotonicMs())
    const glob = new Glob(config.include, config.exclude)
    this.#tracker = new Tracker({
      list: () => glob.list(),
      owns: path => glob.matches(path),
      positions: options.positions,
      clock,
      troubles: this.#troubles,
      newGeneration: () => newGeneration(clock, options.random),
      close: file => this.#reader.close(file),
    })
  }

  begin(): void {
    this.#running = this.#run()
  }

  completeBeforeMs(): number {
    return this.#caughtUpMs
  }

  lag(): SourceLag[] {
    const bySource = new Map<string, number>()
    for (const file of this.#tracker.files)
      bySource.set(file.source, (bySource.get(file.source) ?? 0) + file.lagBytes)
    return [...bySource].map(([source, lagBytes]) => ({ source, lagBytes }))
  }

  /** Stops reading and waits until what was read is durable. */
  async close(): Promise<void> {
    this.#closing = true
    this.#wake.raise()
    await this.#running
    await this.#batch.settled().catch(() => undefined)
    await this.#reader.closeAll()
  }

  async #run(): Promise<void> {
    while (!this.#closing) {
      try {
        const isClean = await this.#turn()
        if (isClean) await this.#wake.wait(this.#restMs())
      } catch (error) {
        if (this.#closing) return
        this.#troubles.warn('reading files failed, trying on', { error: messageOf(error) })
        await this.#wake.wait(1_000)
      }
    }
  }

  /** Until the next look that is due: soon where a file is active, else the next scan. */
  #restMs(): number {
    const nowMs = this.#options.clock.monotonicMs()
    for (const { changedMs, leftMs } of this.#tracker.files)
      if (leftMs !== undefined || nowMs - changedMs <= activeForMs) return pollMs
    return Math.max(pollMs, this.#nextScanMs - nowMs)
  }

  /** One look and one round of reading; true where everything was read to its end. */
  async #turn(): Promise<boolean> {
    const { clock } = this.#options
    const startMs = clock.monotonicMs()
    if (startMs >= this.#nextScanMs) {
      const wallMs = clock.nowMs()
      const lookedMs = await this.#tracker.scan()
      this.#scanStartMs = wallMs
      this.#nextScanMs = startMs + Math.min(mostScanMs, Math.max(leastScanMs, lookedMs * scanShare))
    } else this.#poll(startMs)
    const isClean = await this.#readRound()
    if (isClean && this.#scanStartMs !== undefined) {
      await this.#batch.settled()
      this.#caughtUpMs = this.#scanStartMs
      this.#scanStartMs = undefined
    }
    return isClean
  }

  #poll(nowMs: number): void {
    for (const file of this.#tracker.files) {
      if (file.isGzip || file.path === undefined || nowMs - file.changedMs > activeForMs) continue
      const found = sizeAt(file.path)
      // anything but growth is for the next scan to judge
      if (found !== undefined && found.inode === Number(file.inode) && found.size >= file.offset)
        file.sawSize(found.size, nowMs)
      else this.#nextScanMs = 0
    }
  }

  async #readRound(): Promise<boolean> {
    let isClean = true
    const nowMs = this.#options.clock.monotonicMs()
    // most files of most rounds have nothing: those must cost next to nothing
    const due = [...this.#tracker.files].filter(file => this.#isDue(file, nowMs))
    for (const file of due) {
      if (this.#closing) return false
      try {
        if (!(await this.#readFile(file))) isClean = false
      } catch (error) {
        this.#refused(file, error)
      }
    }
    return isClean
  }

  #isDue(file: TrackedFile, nowMs: number): boolean {
    if (nowMs < file.blockedUntilMs) return false
    return file.hasMore || file.leftMs !== undefined || this.#endingOf(file, nowMs) !== 'open'
  }

  #refused(file: TrackedFile, error: unknown): void {
    // the spool was closed under us
    if (this.#closing) return
    const path = file.path ?? file.source
    file.blockedUntilMs = this.#options.clock.monotonicMs() + retryRefusedMs
    // once a file and reason, though it is tried again
    if (file.refusal === codeOf(error)) return
    file.refusal = codeOf(error)
    this.#options.logger.warn('cannot read a file', { path, error: messageOf(error) })
  }

  /** True where it is read to its end. */
  async #readFile(file: TrackedFile): Promise<boolean> {
    const nowMs = this.#options.clock.monotonicMs()
    if (file.leftMs !== undefined) await this.#lookAtLeaving(file)
    const ending = this.#endingOf(file, nowMs)
    if (!file.hasMore && ending === 'open') return true
    if (ending === 'quiet') file.quietSize = file.readSize
    const result = await this.#read(file, ending)
    if (result === 'end' && ending === 'finished') await this.#finish(file)
    if (result === 'changed') await this.#tracker.replaced(file)
    if (result === 'gone') this.#tracker.displaced(file)
    if (result === 'changed' || result === 'gone') this.#nextScanMs = 0
    return result === 'end'
  }

  #read(file: TrackedFile, ending: Ending): Promise<ReadResult> {
    if (file.isGzip) return this.#readCompressed(file)
    return this.#reader.read(file, chunksPerTurn, ending)
  }

  async #readCompressed(file: TrackedFile): Promise<ReadResult> {
    const result = await readGzip(file, this.#reader, this.#batch)
    if (result !== 'end') return result
    await this.#batch.settled()
    this.#options.positions.finish(file.generation)
    return 'end'
  }

  #endingOf(file: TrackedFile, nowMs: number): Ending {
    const quietMs = nowMs - Math.max(file.changedMs, file.leftMs ?? 0)
    if (file.leftMs !== undefined && !file.hasMore && quietMs >= leaveAfterMs) return 'finished'
    const { multiline } = this.#options.config
    const mayFlush = multiline !== null && file.offset < file.readSize && file.quietSize !== file.readSize
    return mayFlush && quietMs >= multiline.timeoutMs ? 'quiet' : 'open'
  }

  /** Where no scan sees a file any more, its size is asked of what is open of it. */
  async #lookAtLeaving(file: TrackedFile): Promise<void> {
    if (file.handle === undefined) return
    const { size } = await file.handle.stat()
    file.sawSize(size, this.#options.clock.monotonicMs())
  }

  async #finish(file: TrackedFile): Promise<void> {
    await this.#batch.settled()
    await this.#reader.close(file)
    this.#tracker.finished(file)
  }
}

function newGeneration(clock: Clock, random: () => number): string {
  const salt = Math.floor(random() * 36 ** 5).toString(36)
  return `${clock.nowMs().toString(36)}-${salt.padStart(5, '0')}`
}
