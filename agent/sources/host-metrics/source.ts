import { uptime } from 'node:os'
import { messageOf, OnceAMinute } from '../../../lib/base/index.ts'
import { nanosOfMs, writeMetricsRequest } from '../../../lib/otlp/index.ts'
import { noLag, type Source, type SourceHost } from '../source.ts'
import type { HostMetricsConfig } from './config.ts'
import { cpuCollector } from './cpu.ts'
import { diskCollector, networkCollector } from './devices.ts'
import { filesystemCollector } from './filesystem.ts'
import type { Collect } from './measures.ts'
import { memoryCollector } from './memory.ts'
import { processesCollector } from './process-metrics.ts'
import { processCollector } from './processes.ts'

export type HostMetricsOptions = Pick<SourceHost, 'hostName' | 'intake' | 'clock' | 'logger'> & {
  config: HostMetricsConfig
}

/** What there is to measure on this platform; each part fails by itself. */
export function collectors(
  platform: NodeJS.Platform,
  processes: readonly string[] = [],
): Record<string, Collect> {
  const everywhere = { cpu: cpuCollector(), memory: memoryCollector(), filesystem: filesystemCollector() }
  if (platform !== 'linux') return everywhere
  const linux = { disk: diskCollector(), network: networkCollector(), processes: processCollector() }
  const chosen = processes.length === 0 ? {} : { 'chosen processes': processesCollector(processes) }
  return { ...everywhere, ...linux, ...chosen }
}

/**
 * Measures this host every `intervalMs` under OpenTelemetry's names for system metrics.
 * Source: https://opentelemetry.io/docs/specs/semconv/system/system-metrics/
 */
export function startHostMetrics(options: HostMetricsOptions): Promise<Source> {
  const { config, clock } = options
  const troubles = new OnceAMinute(options.logger, clock)
  const all = collectors(process.platform, config.processes)
  const startMs = clock.nowMs() - uptime() * 1000
  let running = Promise.resolve()
  let isRunning = false
  const measure = (): void => {
    // a look that takes longer than the interval is not stacked upon
    if (isRunning) return
    isRunning = true
    running = measureOnce(options, all, troubles, startMs).finally(() => {
      isRunning = false
    })
  }
  measure()
  const timer = setInterval(measure, config.intervalMs)
  return Promise.resolve({
    addresses: {},
    lag: () => noLag,
    completeBeforeMs: nowMs => options.intake.completeBeforeMs(nowMs),
    async close() {
      clearInterval(timer)
      await running
    },
  })
}

async function measureOnce(
  { hostName, intake, clock }: HostMetricsOptions,
  all: Record<string, Collect>,
  troubles: OnceAMinute,
  startMs: number,
): Promise<void> {
  const metrics = []
  for (const [part, collect] of Object.entries(all)) {
    try {
      metrics.push(...(await collect()))
    } catch (error) {
      troubles.warn('cannot measure a part of the host', { part, error: messageOf(error) }, part)
    }
  }
  const resource = { 'service.name': 'host', 'host.name': hostName }
  const times = { start: nanosOfMs(startMs), now: nanosOfMs(clock.nowMs()) }
  const value = writeMetricsRequest({ resource, scope: 'millrace.hostmetrics' }, metrics, times)
  const lines = metrics.reduce((sum, metric) => sum + metric.points.length, 0)
  try {
    await intake.attend(() => intake.take([{ signal: 'metrics', value, lines }]))
  } catch (error) {
    troubles.warn('host metrics were not taken', { error: messageOf(error) })
  }
}
