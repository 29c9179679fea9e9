import { z } from 'zod'
import { fileKind } from './file/kind.ts'
import { forwardKind } from './forward/kind.ts'
import { hostMetricsKind } from './host-metrics/kind.ts'
import { httpKind } from './http/kind.ts'
import { otlpKind } from './otlp/kind.ts'
import type { SourceKind } from './source.ts'

/** Every kind of source there is: configuration, listeners, `up`, start and heartbeats go by this table. */
const kinds = [fileKind, otlpKind, forwardKind, httpKind, hostMetricsKind] as const

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
