import type { z } from 'zod'
import type { Clock, Logger, Metrics } from '../../lib/base/index.ts'
import type { RecordFilter } from '../records/filter.ts'
import type { Spool } from '../spool/spool.ts'
import type { OpenFiles } from './file/open-files.ts'
import type { Positions } from './file/positions.ts'
import type { Intake } from './intake.ts'

/** Where telemetry comes from, while it runs. */
export interface Source {
  /** What it listens on, as taken: `{ otlpHttp: '127.0.0.1:4318' }`. The first source of a kind names an address. */
  readonly addresses: Readonly<Record<string, string>>
  lag(): Lag
  /** What it has read since its start; without it what its intake took counts. */
  read?(): { lines: number; bytes: number }
  /** A time, on the monotonic clock, such that everything it had before is durable in the spool; asked at `nowMs` of it. */
  completeBeforeMs(nowMs: number): number
  /** The listeners of all sources stand: only now anything is read. */
  begin?(): void
  /** Stops taking things in; resolves when all that was taken in is durable or was refused. */
  close(): Promise<void>
}

/** What is still to be read. */
export interface Lag {
  bytes: number
  /** Those of the ledger's sources that have the most, and the most of them first: of many not all. */
  most: SourceLag[]
}

/** Of what is pushed or made there is nothing to be read. */
export const noLag: Lag = { bytes: 0, most: [] }

export interface SourceLag {
  source: string
  /** What the configuration calls who reads it, where it does. */
  title?: string
  lagBytes: number
}

/** What every source is handed beside its configuration. */
export interface SourceHost {
  /** The source's place in the configuration, for errors: `agent.sources[1]`. */
  configKey: string
  /** The ledger's name of the source, where it has no files: its type, numbered where there are several. */
  name: string
  agentId: string
  hostName: string
  startedMs: number
  spool: Spool
  positions: Positions
  openFiles: OpenFiles
  /** Rules for what it reads; pushed records pass them in the intake. */
  filter: RecordFilter
  /** Takes in what is sent to the source. */
  intake: Intake
  clock: Clock
  logger: Logger
  metrics: Metrics
  random: () => number
  /** The source will never have more: where that is so of all of them, the agent ends. */
  finished: () => void
}

/** Configuration key, below the source's own, and address of something that will listen. */
export type Listener = readonly [key: string, address: string]

/**
 * One kind of source: what it is called, its part of the configuration, and how it starts. Adding one is a folder and a
 * line in `kinds.ts`. `start` loads the code, so that an agent carries only what it runs.
 */
export interface SourceKind {
  readonly type: string
  readonly config: z.ZodObject
  listeners(config: unknown): Listener[]
  /** The same of UDP. */
  datagrams(config: unknown): Listener[]
  /** Errors: PORT_IN_USE, CANNOT_LISTEN, and those of the kind. */
  start(config: unknown, host: SourceHost): Promise<Source>
}

type ListenersOf<T extends z.ZodObject> = (
  config: z.output<T>,
) => readonly (readonly [key: string, address: string | null])[]

/** Lets a kind be written with the type of its own configuration. */
export function sourceKind<T extends z.ZodObject>(kind: {
  type: string
  config: T
  listeners?: ListenersOf<T>
  datagrams?: ListenersOf<T>
  start: (config: z.output<T>, host: SourceHost) => Promise<Source>
}): SourceKind & { config: T } {
  const { type, config, listeners, datagrams, start } = kind
  const of = (some: ListenersOf<T> | undefined, own: unknown): Listener[] =>
    (some?.(own as z.output<T>) ?? []).filter((pair): pair is Listener => pair[1] !== null)
  return {
    type,
    config,
    listeners: own => of(listeners, own),
    datagrams: own => of(datagrams, own),
    start: (own, host) => start(own as z.output<T>, host),
  }
}
