import { hostname } from 'node:os'
import { nanosOfMs, writeLogsRequest, writeMetricsRequest, writeTracesRequest } from '../../lib/otlp/index.ts'
import { ServiceFigures } from './figures.ts'
import { LogFiles } from './files.ts'
import { Outbox } from './outbox.ts'
import type { Service } from './services.ts'
import { Story, type Told } from './story.ts'

const tickMs = 100
const metricsMs = 5_000
/** Lines told in one tick: beyond, the demo falls behind its rate instead of growing. */
const maxLinesPerTick = 20_000

export interface DemoOptions {
  /** Log lines a second, all services together. */
  rate: number
  /** How many services. */
  services: number
  /** How long; without it until `signal`. */
  seconds?: number
  /** The same seed tells the same story. */
  seed: number
  /** An agent's OTLP/HTTP address: `http://127.0.0.1:4318`. */
  endpoint: string
  /** Log lines go into files here instead, one per service; metrics and traces still go to the endpoint. */
  folder?: string
  signal: AbortSignal
  /** Called about once a second, and at the end. */
  onProgress?: (progress: DemoProgress) => void
}

export interface DemoProgress {
  lines: number
  spans: number
  requests: number
  elapsedMs: number
}

/**
 * A small shop that serves customers: log lines, metrics and traces as such a thing makes them, at a steady rate. Ends
 * after `seconds` or with `signal`, when all is taken by the agent.
 * Errors: DEMO_NO_AGENT, DEMO_REFUSED.
 *
 * @example
 * await runDemo({ rate: 50, services: 6, seconds: 60, seed: 1, endpoint: 'http://127.0.0.1:4318', signal })
 */
export async function runDemo(options: DemoOptions): Promise<DemoProgress> {
  return await new Demo(options).run()
}

class Demo {
  readonly #options: DemoOptions
  readonly #outbox: Outbox
  readonly #files: LogFiles | undefined
  readonly #story: Story
  readonly #startMs = Date.now()
  readonly #figures: Map<Service, ServiceFigures>
  readonly #progress: DemoProgress = { lines: 0, spans: 0, requests: 0, elapsedMs: 0 }
  #reportedMs = 0
  #measuredMs = 0

  constructor(options: DemoOptions) {
    this.#options = options
    this.#outbox = new Outbox(options.endpoint, options.signal)
    this.#files = options.folder === undefined ? undefined : new LogFiles(options.folder)
    this.#story = new Story(options.seed, options.services, this.#startMs)
    this.#figures = new Map(this.#story.services.map(service => [service, new ServiceFigures()]))
  }

  async run(): Promise<DemoProgress> {
    const { signal, seconds, onProgress } = this.#options
    const endMs = seconds === undefined ? Number.POSITIVE_INFINITY : seconds * 1000
    while (!signal.aborted && this.#elapsedMs < endMs) {
      await this.#tick()
      await pause(tickMs - (this.#elapsedMs % tickMs), signal)
    }
    await this.#measure()
    this.#progress.elapsedMs = this.#elapsedMs
    onProgress?.(this.#progress)
    return this.#progress
  }

  get #elapsedMs(): number {
    return Date.now() - this.#startMs
  }

  async #tick(): Promise<void> {
    const due = (this.#elapsedMs / 1000) * this.#options.rate
    const target = Math.min(due, this.#progress.lines + maxLinesPerTick)
    const told = new Map<Service, Told>()
    while (this.#progress.lines < target) this.#serveOne(told)
    await Promise.all([...told.values()].map(one => this.#send(one)))
    if (this.#elapsedMs - this.#measuredMs >= metricsMs) await this.#measure()
    if (this.#elapsedMs - this.#reportedMs < 1_000) return
    this.#reportedMs = this.#elapsedMs
    this.#progress.elapsedMs = this.#elapsedMs
    this.#options.onProgress?.(this.#progress)
  }

  #serveOne(told: Map<Service, Told>): void {
    const request = this.#story.request(Date.now())
    this.#progress.requests++
    this.#progress.lines += request.lines
    for (const served of request.served) this.#figures.get(served.service)?.note(served)
    for (const one of request.told) {
      this.#progress.spans += one.spans.length
      const known = told.get(one.service)
      if (known === undefined) told.set(one.service, one)
      else {
        known.logs.push(...one.logs)
        known.spans.push(...one.spans)
      }
    }
  }

  async #send(told: Told): Promise<void> {
    const origin = { resource: resourceOf(told.service), scope: 'millrace.demo' }
    const logs =
      this.#files === undefined
        ? this.#outbox.send('logs', writeLogsRequest(origin, told.logs))
        : this.#files.write(told)
    await Promise.all([logs, this.#outbox.send('traces', writeTracesRequest(origin, told.spans))])
  }

  async #measure(): Promise<void> {
    this.#measuredMs = this.#elapsedMs
    const times = { start: nanosOfMs(this.#startMs), now: nanosOfMs(Date.now()) }
    for (const [service, figures] of this.#figures) {
      const origin = { resource: resourceOf(service), scope: 'millrace.demo' }
      // a heap that grows and is collected, out of step between services
      const heapShare = 0.3 + 0.5 * ((this.#elapsedMs / 60_000 + service.name.length / 7) % 1)
      await this.#outbox.send(
        'metrics',
        writeMetricsRequest(origin, figures.metrics(service, heapShare), times),
      )
    }
  }
}

function resourceOf(service: Service) {
  return {
    'service.name': service.name,
    'service.version': service.version,
    'telemetry.sdk.language': service.language,
    'deployment.environment.name': 'demo',
    'host.name': hostname(),
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end)
  })
}
