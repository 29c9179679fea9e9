import { z } from 'zod'
import { address, type SharedConfig } from '../lib/base/index.ts'
import { outputConfig } from './outputs/kinds.ts'
import { kindOf, sourceConfig } from './sources/kinds.ts'
import { listenedTwice } from './sources/listen-twice.ts'
import type { Listener } from './sources/source.ts'
import { transformsConfig } from './transforms/config.ts'

const defaultSources: z.input<typeof sourceConfig>[] = [
  { type: 'file', name: 'system', include: ['/var/log/**/*.log', '/var/log/syslog', '/var/log/messages'] },
  { type: 'otlp' },
  { type: 'forward' },
  { type: 'http' },
  { type: 'hostmetrics' },
]

/** The section `agent` of millrace.yaml. */
export const agentSection = z
  .strictObject({
    id: z.string().min(1).nullable().default(null),
    sources: z
      .array(sourceConfig)
      .superRefine((sources, context) => {
        for (const { path, before } of listenedTwice(sources))
          context.addIssue({
            code: 'custom',
            path,
            message: `an address that ${before} does not have`,
          })
      })
      .prefault(defaultSources),
    /** Where the spool's records go; `kafka` is where the aggregator finds them. */
    outputs: z
      .array(outputConfig)
      .min(1)
      .prefault([{ type: 'kafka' }]),
    transforms: transformsConfig,
    spool: z
      .strictObject({
        maxBytes: z.int().min(1_048_576).default(1_073_741_824),
        /** Lanes for each signal; more spread a busy host's files over more partitions and more of the broker. */
        lanes: z.int().min(1).max(64).default(1),
        /** `block`: sources wait; `dropOldest`: the oldest goes, shipped or not, and the ledger says what. */
        onFull: z.enum(['block', 'dropOldest']).default('block'),
      })
      .prefault({}),
    limits: z
      .strictObject({
        /** Cores; null: no limit. */
        maxCpu: z.number().positive().max(1024).nullable().default(null),
        maxMemoryBytes: z.int().min(67_108_864).nullable().default(null),
        /** Files that one source holds open. */
        maxOpenFiles: z.int().min(4).max(100_000).default(128),
        /** To the brokers, compressed. */
        maxNetworkBytesPerSecond: z.int().min(1_000).nullable().default(null),
      })
      .prefault({}),
    /** Where health, metrics and status are asked; null: 127.0.0.1:4320, or any free port where that is taken. */
    listen: address.nullable().default(null),
    heartbeatMs: z.int().min(100).default(5000),
  })
  .prefault({})

export type AgentSection = z.output<typeof agentSection>
/** What the agent goes by. */
export type Config = SharedConfig & { agent: Omit<AgentSection, 'id'> & { id: string } }

/** Everything that an agent will listen on, over UDP aside: configuration key and address. */
export function agentListeners({ agent }: Pick<Config, 'agent'>): Listener[] {
  return agent.sources.flatMap((config, i) => listenersAt(i, kindOf(config).listeners(config)))
}

/** The same over UDP. */
export function agentDatagrams({ agent }: Pick<Config, 'agent'>): Listener[] {
  return agent.sources.flatMap((config, i) => listenersAt(i, kindOf(config).datagrams(config)))
}

function listenersAt(source: number, listeners: readonly Listener[]): Listener[] {
  return listeners.map(([key, address]) => [`agent.sources[${source}].${key}`, address] as const)
}
