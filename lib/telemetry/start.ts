import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { DiagLogLevel, diag, logs, metrics, SeverityNumber, trace } from '@opentelemetry/api'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchLogRecordProcessor } from '@opentelemetry/sdk-logs'
import { PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { NodeSDK } from '@opentelemetry/sdk-node'
import {
  addProcessMetrics,
  type LogEntry,
  type Logger,
  type LogLevel,
  type Metrics,
  packageVersion,
} from '../base/index.ts'
import { MetricsProducer } from './producer.ts'
import { RateLimit } from './rate-limit.ts'

export interface TelemetryOptions {
  /** Shows up as the service `millrace-ROLE`. */
  role: string
  /** An OTLP/HTTP endpoint, as a rule that of the local agent. */
  endpoint: string
  intervalMs: number
  logger: Logger
  metrics: Metrics
}

export interface Telemetry {
  /** Sends what is left, within a short time. */
  close(): Promise<void>
}

const exportTimeoutMs = 5_000
/** The agent may have stopped before us: what is left then is lost, and nobody waits for it. */
const closeTimeoutMs = 500
const maxQueuedLines = 2_000
/** A process tells so much about itself and no more: what goes wrong in a loop must not become load. */
const linesPerSecond = 20

const severities: Readonly<Record<LogLevel, SeverityNumber>> = {
  debug: SeverityNumber.DEBUG,
  info: SeverityNumber.INFO,
  warn: SeverityNumber.WARN,
  error: SeverityNumber.ERROR,
}

/**
 * A process's metrics and log lines about itself, by OTLP to the local agent, so that they take the way of all others.
 * They cannot feed on themselves: lines marked `local` (all about moving telemetry) stay here, the rest is limited in
 * number, exports that fail are dropped silently, and metrics come once an interval whatever happens.
 */
export function startTelemetry(options: TelemetryOptions): Telemetry {
  diag.setLogger({ error: drop, warn: drop, info: drop, debug: drop, verbose: drop }, DiagLogLevel.ERROR)
  const exporting = { timeoutMillis: exportTimeoutMs }
  const reader = new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter({ ...exporting, url: `${options.endpoint}/v1/metrics` }),
    exportIntervalMillis: options.intervalMs,
    exportTimeoutMillis: Math.min(exportTimeoutMs, options.intervalMs),
    metricProducers: [new MetricsProducer(options.metrics, Date.now() - process.uptime() * 1000)],
  })
  const processor = new BatchLogRecordProcessor({
    exporter: new OTLPLogExporter({ ...exporting, url: `${options.endpoint}/v1/logs` }),
    maxQueueSize: maxQueuedLines,
    scheduledDelayMillis: 1_000,
  })
  const sdk = new NodeSDK({
    resource: resourceFromAttributes({
      'service.name': `millrace-${options.role}`,
      'service.version': packageVersion(),
      'host.name': hostname(),
      'process.pid': process.pid,
    }),
    autoDetectResources: false,
    metricReaders: [reader],
    logRecordProcessors: [processor],
    spanProcessors: [],
  })
  sdk.start()
  addProcessMetrics(options.metrics)
  options.logger.addSink(lineSink())
  const close = async () => {
    await Promise.race([sdk.shutdown().catch(drop), sleep(closeTimeoutMs, undefined, { ref: false })])
    logs.disable()
    metrics.disable()
    trace.disable()
  }
  return { close }
}

function drop(): void {
  // said by nobody: a line about telemetry that fails would itself be telemetry
}

function lineSink(): (entry: LogEntry) => void {
  const logger = logs.getLogger('millrace')
  const limit = new RateLimit(linesPerSecond)
  return entry => {
    if (entry.local || !limit.allows(entry.timeMs)) return
    const attributes = Object.fromEntries(Object.entries(entry.attributes).filter(([, v]) => v != null))
    logger.emit({
      timestamp: entry.timeMs,
      severityNumber: severities[entry.level],
      severityText: entry.level,
      body: entry.message,
      attributes: { ...attributes, component: entry.component } as Record<string, string | number | boolean>,
    })
  }
}
