import { z } from 'zod'
import { dockerKind } from './docker/kind.ts'
import { execKind } from './exec/kind.ts'
import { fileKind } from './file/kind.ts'
import { forwardKind } from './forward/kind.ts'
import { hostMetricsKind } from './host-metrics/kind.ts'
import { httpKind } from './http/kind.ts'
import { journaldKind } from './journald/kind.ts'
import { kubernetesKind } from './kubernetes/kind.ts'
import { otlpKind } from './otlp/kind.ts'
import { prometheusKind } from './prometheus/kind.ts'
import type { SourceKind } from './source.ts'
import { statsdKind } from './statsd/kind.ts'
import { stdinKind } from './stdin/kind.ts'
import { syslogKind } from './syslog/kind.ts'

/** Every kind of source there is: configuration, listeners, `up`, start and heartbeats go by this table. */
const kinds = [
  fileKind,
  dockerKind,
  kubernetesKind,
  otlpKind,
  forwardKind,
  syslogKind,
  journaldKind,
  httpKind,
  stdinKind,
  execKind,
  hostMetricsKind,
  prometheusKind,
  statsdKind,
] as const

export const sourceKinds: ReadonlyMap<string, SourceKind> = new Map(kinds.map(kind => [kind.type, kind]))

const [first, ...rest] = kinds
/** One entry of `agent.sources`. */
export const sourceConfig = z.discriminatedUnion('type', [first.config, ...rest.map(kind => kind.config)])

/** The kind of an entry that `sourceConfig` has checked. */
export function kindOf(config: { type: string }): SourceKind {
  const kind = sourceKinds.get(config.type)
  if (kind === undefined) throw new Error(`no source of type ${config.type}`)
  return kind
}
