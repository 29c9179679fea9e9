import { statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Clock, messageOf, OnceAMinute, Wake } from '../../../lib/base/index.ts'
import type { RecordOrigin } from '../../records/origin.ts'
import type { Lane } from '../../spool/lane.ts'
import type { Lag, Source, SourceHost } from '../source.ts'
import type { FileConfig } from './config.ts'
import { Discovery } from './discovery.ts'
import { FileReader } from './file-reader.ts'
import { Follower } from './follower.ts'
import { Glob } from './glob.ts'
import { Looker } from './inspect.ts'
import { LineBatch } from './line-batch.ts'
import type { OpenFiles } from './open-files.ts'
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
  'agentId' | 'hostName' | 'positions' | 'openFiles' | 'filter' | 'clock' | 'logger' | 'metrics' | 'random'
> & {
  config: FileConfig
  /** The lane through which all lines of a path go. */
  laneOf: (source: string, topic?: string) => Lane
  /** Whose the lines of a path are; undefined: of the file, by the configuration. */
  originFor?: (source: string) => RecordOrigin | undefined
}

/** Follows files: looks for them, reads what is new, hands lines to the spool. See Tracker for rotation. */
export class FileSource implements Source {
  readonly addresses = {}
  /** What it does between its waits. */
  readonly follower: Follower
  readonly #reader: FileReader
  readonly #batch: LineBatch
  readonly #tracker: Tracker
  readonly #openFiles: OpenFiles
  readonly #troubles: OnceAMinute
  readonly #wake = new Wake()
  #isClosing = false
  /** What was left to be read when it ended, for the agent's last word. */
  #lastLag: Lag | undefined
  #running: Promise<void> | undefined

  constructor(options: FileSourceOptions) {
    const { config, clock } = options
    this.#troubles = new OnceAMinute(options.logger, clock)
    this.#openFiles = options.openFiles
    this.#batch = makeBatch(options)
    this.#reader = makeReader(options, this.#batch)
    const glob = new Glob(config.include, config.exclude, ownFolders(options.positions.folder))
    const discovery = new Discovery({ ...options, glob, troubles: this.#troubles })
    this.#tracker = new Tracker({
      ...options,
      list: () => discovery.list(),
      owns: path => glob.matches(path),
      onNew: (file, wasThereFirst) => passOver(file, config, wasThereFirst, clock.nowMs()),
      looker: new Looker(),
      troubles: this.#troubles,
      newGeneration: () => newGeneration(clock, options.random),
      close: file => options.openFiles.close(file),
      agentBirth: birthOf(options.positions.folder),
    })
    this.follower = new Follower({
      ...options,
      discovery,
      tracker: this.#tracker,
      reader: this.#reader,
      batch: this.#batch,
      troubles: this.#troubles,
      quietMs: quietMsOf(config.multiline),
      flushPartialMs: config.flushPartialMs,
    })
  }

  begin(): void {
    this.#running = this.#run()
  }

  read(): { lines: number; bytes: number } {
    return this.#batch.read()
  }

  completeBeforeMs(): number {
    return this.follower.caughtUpMs
  }

  lag(): Lag {
    return this.#lastLag ?? this.follower.lag()
  }

  /** Stops reading and waits until what was read is durable. */
  async close(): Promise<void> {
    this.#isClosing = this.follower.isClosing = true
    this.#wake.raise()
    await this.#running
    await this.#batch.settled().catch(() => undefined)
    for (const file of this.#tracker.files) this.#openFiles.close(file)
    this.#lastLag = this.follower.lag()
    this.#tracker.release()
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

/** What the roles of this machine write is not for the agent to read: a broker's segments end with `.log`. */
function ownFolders(agentFolder: string): string[] {
  const roles = ['broker', 'store', 'aggregator'].map(role => join(dirname(agentFolder), role))
  return [agentFolder, ...roles]
}

function birthOf(folder: string): bigint | undefined {
  const birth = statSync(folder, { bigint: true, throwIfNoEntry: false })?.birthtimeNs ?? 0n
  return birth > 0n ? birth : undefined
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

function makeReader({ config, openFiles, clock }: FileSourceOptions, batch: LineBatch): FileReader {
  const { format, encoding } = config
  const maxLineBytes = Math.min(config.maxLineBytes, mostLineBytes)
  const find = { maxLineBytes, events: eventsOf(config.multiline), format, encoding }
  return new FileReader(batch, openFiles, find, () => clock.monotonicMs())
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
