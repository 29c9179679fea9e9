import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  addProcessMetrics,
  type Clock,
  type Logger,
  type Metrics,
  packageVersion,
  systemClock,
} from '../base/index.ts'
import { nanosOfMs, type Origin, writeLogsRequest, writeMetricsRequest } from '../otlp/index.ts'
import { figuresOf } from './figures.ts'
import { LineQueue } from './line-queue.ts'
import { post } from './post.ts'

export interface TelemetryOptions {
  /** Shows up as the service `millrace-ROLE`. */
  role: string
  /** Which of those with this role on this host, where there may be several: `service.instance.id`. */
  instance?: string | undefined
  /** An OTLP/HTTP endpoint, as a rule that of the local agent. */
  endpoint: string
  intervalMs: number
  logger: Logger
  metrics: Metrics
  clock?: Clock
}

export interface Telemetry {
  /** Sends what is left, within a short time. */
  close(): Promise<void>
}

const exportTimeoutMs = 5_000
/** The agent may have stopped before us: what is left then is lost, and nobody waits for it. */
const closeTimeoutMs = 500
const linesEveryMs = 1_000

/**
 * A process's metrics and log lines about itself, by OTLP to the local agent, so that they take the way of all others.
 * They cannot feed on themselves: lines marked `local` (all about moving telemetry) stay here, the rest is limited in
 * number, exports that fail are dropped silently, and metrics come once an interval whatever happens.
 */
export function startTelemetry(options: TelemetryOptions): Telemetry {
  const { endpoint, intervalMs, logger, metrics, clock = systemClock } = options
  const origin = originOf(options)
  const start = nanosOfMs(clock.nowMs() - process.uptime() * 1000)
  const lines = new LineQueue(clock)
  addProcessMetrics(metrics)
  logger.addSink(entry => lines.add(entry))
  const sendFigures = async (): Promise<void> => {
    const request = writeMetricsRequest(origin, figuresOf(metrics), { start, now: nanosOfMs(clock.nowMs()) })
    await post(`${endpoint}/v1/metrics`, request, Math.min(exportTimeoutMs, intervalMs))
  }
  const sendLines = async (): Promise<void> => {
    const waiting = lines.take()
    if (waiting.length === 0) return
    await post(`${endpoint}/v1/logs`, writeLogsRequest(origin, waiting), exportTimeoutMs)
  }
  const timers = [every(intervalMs, sendFigures), every(linesEveryMs, sendLines)]
  const close = async (): Promise<void> => {
    for (const timer of timers) clearInterval(timer)
    const last = Promise.allSettled([sendFigures(), sendLines()])
    await Promise.race([last, sleep(closeTimeoutMs, undefined, { ref: false })])
  }
  return { close }
}

function originOf({ role, instance }: TelemetryOptions): Origin {
  const resource = {
    'service.name': `millrace-${role}`,
    'service.version': packageVersion(),
    'host.name': hostname(),
    'process.pid': process.pid,
    ...(instance === undefined ? {} : { 'service.instance.id': instance }),
  }
  return { resource, scope: 'millrace' }
}

/** One at a time: where the agent is slow, a round is left out. */
function every(intervalMs: number, send: () => Promise<void>): NodeJS.Timeout {
  let isSending = false
  return setInterval(() => {
    if (isSending) return
    isSending = true
    send()
      .catch(drop)
      .finally(() => {
        isSending = false
      })
  }, intervalMs).unref()
}

function drop(): void {
  // said by nobody: a line about telemetry that fails would itself be telemetry
}
