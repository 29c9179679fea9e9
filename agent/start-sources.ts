import type { Clock, Config, Logger, Metrics, Source as SourceConfig } from '../lib/base/index.ts'
import type { Positions } from './sources/file/positions.ts'
import { FileSource } from './sources/file/source.ts'
import { startForwardSource } from './sources/forward/source.ts'
import { startHostMetrics } from './sources/host-metrics/source.ts'
import { Intake } from './sources/intake.ts'
import { startOtlpSource } from './sources/otlp/source.ts'
import type { Source } from './sources/source.ts'
import type { Spool } from './spool/spool.ts'

export interface SourcesOptions {
  config: Config
  hostName: string
  startedMs: number
  spool: Spool
  positions: Positions
  clock: Clock
  logger: Logger
  metrics: Metrics
  random: () => number
}

export interface Sources {
  all: Source[]
  files: FileSource[]
  intakes: Intake[]
  addresses: Record<string, string>
}

/** Starts every configured source; into `sources` as they start, so that a failure half-way leaves none behind. */
export async function startSources(options: SourcesOptions, sources: Sources): Promise<void> {
  for (const [i, config] of options.config.agent.sources.entries()) {
    await startSource(config, `agent.sources[${i}]`, options, sources)
  }
  // the listeners stand: only now anything is read
  for (const file of sources.files) file.start()
}

async function startSource(
  config: SourceConfig,
  configKey: string,
  options: SourcesOptions,
  sources: Sources,
): Promise<void> {
  const agentId = options.config.agent.id
  const logger = options.logger.child(config.type)
  if (config.type === 'file') {
    const lane = options.spool.lanes.logs
    const source = new FileSource({ ...options, config, agentId, lane, logger })
    sources.files.push(source)
    sources.all.push(source)
    return
  }
  const intake = new Intake({ ...options, source: sourceName(config, sources), agentId })
  sources.intakes.push(intake)
  const shared = { ...options, configKey, intake, logger }
  if (config.type === 'otlp') {
    const source = await startOtlpSource({ ...shared, config })
    sources.all.push(source)
    if (source.http !== undefined) sources.addresses['otlpHttp'] ??= source.http
    if (source.grpc !== undefined) sources.addresses['otlpGrpc'] ??= source.grpc
  } else if (config.type === 'forward') {
    const source = await startForwardSource({ ...shared, config })
    sources.all.push(source)
    sources.addresses['forward'] ??= source.address
  } else sources.all.push(startHostMetrics({ ...shared, config }))
}

/** `otlp` for the first of its type, `otlp-2` for the next: the ledger keeps them apart. */
function sourceName({ type }: SourceConfig, { intakes }: Sources): string {
  const before = intakes.filter(
    intake => intake.source === type || intake.source.startsWith(`${type}-`),
  ).length
  return before === 0 ? type : `${type}-${before + 1}`
}
