import { z } from 'zod'
import type { Clock, Logger, Metrics } from '../../lib/base/index.ts'
import type { Signal } from '../../lib/otlp/index.ts'

/** One record of the spool: an OTLP request of its lane's signal. */
export interface OutputRecord {
  signal: Signal
  value: Buffer
}

/** Carries records elsewhere. */
export interface Output {
  /**
   * Resolves when the other side has taken all of them. Throws where it did not: they are sent again, so that some may
   * arrive twice; OUTPUT_REFUSED where it never will take them.
   */
  send(records: readonly OutputRecord[]): Promise<void>
  close(): Promise<void>
}

/** What every output is handed beside its configuration. */
export interface OutputHost {
  /** The output's place in the configuration, for errors: `agent.outputs[1]`. */
  configKey: string
  /** Unique, and the name of its state on disk. */
  name: string
  clock: Clock
  logger: Logger
  metrics: Metrics
}

/** One kind of output. Adding one is a file and a line in `kinds.ts`. */
export interface OutputKind {
  readonly type: string
  readonly config: z.ZodObject
  readonly signals: readonly Signal[]
  start(config: unknown, host: OutputHost): Promise<Output>
}

/** Lets a kind be written with the type of its own configuration. */
export function outputKind<T extends z.ZodObject>(kind: {
  type: string
  config: T
  /** What it can carry. */
  signals: readonly Signal[]
  start: (config: z.output<T>, host: OutputHost) => Promise<Output>
}): OutputKind & { config: T } {
  return { ...kind, start: (own, host) => kind.start(own as z.output<T>, host) }
}

/** What is to be carried; those that the output cannot carry are left out. */
export const signalsField = z
  .array(z.enum(['logs', 'metrics', 'traces']))
  .min(1)
  .default(['logs', 'metrics', 'traces'])
