import { dirname } from 'node:path'
import { type Clock, messageOf, OnceAMinute } from '../../../lib/base/index.ts'
import { Signal } from '../../signal.ts'
import type { Lane } from '../../spool/lane.ts'
import type { Source, SourceHost, SourceLag } from '../source.ts'
import type { FileConfig } from './config.ts'
import { Discovery } from './discovery.ts'
import { FileReader } from './file-reader.ts'
import { Follower } from './follower.ts'
import { Glob } from './glob.ts'
import { Looker } from './inspect.ts'
import { LineBatch } from './line-batch.ts'
import { PatternRules } from './split/pattern-rules.ts'
import type { RowFinderOptions } from './split/row-finder.ts'
import { TraceRules } from './split/trace-rules.ts'
import type { TrackedFile } from './tracked-file.ts'
import { Tracker } from './tracker.ts'

const retryMs = 1_000
const mostLineBytes = 900_000
/** A stack trace is whole when nothing more of it came for so long; of more lines it is more than one row. */
const traceQuietMs = 1_000
const mostTraceLines = 500

export type FileSourceOptions = Pick<
  SourceHost,
  'agentId' | 'hostName' | 'positions' | 'filter' | 'clock' | 'logger' | 'metrics' | 'random'
> & {
  config: FileConfig
  /** The lane through which all lines of a path go. */
  laneOf: (source: string) => Lane
}

/** Follows files: looks for them, reads what is new, hands lines to the spool. See Tracker for rotation. */
export class FileSource implements Source {
  readonly addresses = {}
  /** What it does between its waits. */
  readonly follower: Follower
  readonly #reader: FileReader
  readonly #batch: LineBatch
  readonly #troubles: OnceAMinute
  readonly #wake = new Signal()
  #isClosing = false
  #running: Promise<void> | undefined

  constructor(options: FileSourceOptions) {
    const { config, clock } = options
    this.#troubles = new OnceAMinute(options.logger, clock)
    this.#batch = makeBatch(options)
    this.#reader = makeReader(config, this.#batch, clock)
    const glob = new Glob(config.include, config.exclude, dirname(options.positions.folder))
    const discovery = new Discovery({ ...options, glob, troubles: this.#troubles })
    const tracker = new Tracker({
      ...options,
      list: () => discovery.list(),
      owns: path => glob.matches(path),
      onNew: (file, wasThereFirst) => passOver(file, config, wasThereFirst, clock.nowMs()),
      looker: new Looker(),
      troubles: this.#troubles,
      newGeneration: () => newGeneration(clock, options.random),
      close: file => this.#reader.close(file),
    })
    this.follower = new Follower({
      ...options,
      discovery,
      tracker,
      reader: this.#reader,
      batch: this.#batch,
      quietMs: quietMsOf(config.multiline),
      flushPartialMs: config.flushPartialMs,
    })
  }

  begin(): void {
    this.#running = this.#run()
  }

  completeBeforeMs(): number {
    return this.follower.caughtUpMs
  }

  lag(): SourceLag[] {
    return this.follower.lag()
  }

  /** Stops reading and waits until what was read is durable. */
  async close(): Promise<void> {
    this.#isClosing = this.follower.isClosing = true
    this.#wake.raise()
    await this.#running
    await this.#batch.settled().catch(() => undefined)
    await this.#reader.closeAll()
  }

  async #run(): Promise<void> {
    while (!this.#isClosing) {
      try {
        const isClean = await this.follower.turn()
        if (isClean) await this.#wake.wait(this.follower.restMs())
      } catch (error) {
        if (this.#isClosing) return
        this.#troubles.warn('reading files failed, trying on', { error: messageOf(error) })
        await this.#wake.wait(retryMs)
      }
    }
  }
}

function passOver(file: TrackedFile, config: FileConfig, wasThereFirst: boolean, nowMs: number): void {
  const { startAt, ignoreOlder } = config
  if (startAt === 'end' && wasThereFirst) file.fromEnd = 'start-at-end'
  else if (ignoreOlder !== null && nowMs - file.modifiedMs > ignoreOlder) file.fromEnd = 'older'
}

function makeBatch(options: FileSourceOptions): LineBatch {
  const { config, metrics } = options
  const labels = { source: config.name }
  return new LineBatch({
    ...options,
    service: config.service,
    parse: config.parse,
    lines: metrics.counter('millrace.agent.lines', { unit: '{line}', description: 'lines read' }, labels),
    bytes: metrics.counter('millrace.agent.bytes', { unit: 'By', description: 'bytes read' }, labels),
  })
}

function makeReader(config: FileConfig, batch: LineBatch, clock: Clock): FileReader {
  const { format, encoding } = config
  const maxLineBytes = Math.min(config.maxLineBytes, mostLineBytes)
  const options = { maxLineBytes, events: eventsOf(config.multiline), format, encoding }
  return new FileReader(batch, options, () => clock.monotonicMs())
}

function eventsOf(multiline: FileConfig['multiline']): RowFinderOptions['events'] {
  if (multiline === 'none') return undefined
  if (multiline === 'auto') return { newRules: () => new TraceRules(), maxLines: mostTraceLines }
  return { newRules: () => new PatternRules(multiline), maxLines: multiline.maxLines }
}

function quietMsOf(multiline: FileConfig['multiline']): number | null {
  if (multiline === 'none') return null
  return multiline === 'auto' ? traceQuietMs : multiline.timeoutMs
}

function newGeneration(clock: Clock, random: () => number): string {
  const salt = Math.floor(random() * 36 ** 5).toString(36)
  return `${clock.nowMs().toString(36)}-${salt.padStart(5, '0')}`
}
