import { messageOf, OnceAMinute } from '../../../lib/base/index.ts'
import { metricRequests } from '../../metrics/metric-batch.ts'
import { type Lag, noLag, type Source, type SourceHost } from '../source.ts'
import type { PrometheusConfig, ScrapeConfig } from './config.ts'
import { durationMs } from './duration.ts'
import { fetchMetrics } from './fetch-metrics.ts'
import { Scrape, type Scraped, scrapeMetrics } from './scrape.ts'
import { type Target, Targets } from './targets.ts'

/** Scrapes under way at one time; the others wait for their turn. */
const maxScrapes = 32

export type PrometheusOptions = Pick<SourceHost, 'intake' | 'clock' | 'logger' | 'random'> & {
  config: PrometheusConfig
}

/**
 * Scrapes Prometheus targets. Each has an offset of its own within the interval, so that not all come at once.
 * Source: https://prometheus.io/docs/prometheus/latest/configuration/configuration/#scrape_config
 */
export class PrometheusSource implements Source {
  readonly addresses = {}
  readonly #options: PrometheusOptions
  readonly #troubles: OnceAMinute
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #ending = new AbortController()
  readonly #running = new Set<Promise<void>>()

  constructor(options: PrometheusOptions) {
    this.#options = options
    this.#troubles = new OnceAMinute(options.logger, options.clock)
  }

  begin(): void {
    for (const config of this.#options.config.scrape_configs) this.#startJob(config)
  }

  lag(): Lag {
    return noLag
  }

  completeBeforeMs(nowMs: number): number {
    return this.#options.intake.completeBeforeMs(nowMs)
  }

  async close(): Promise<void> {
    this.#ending.abort()
    for (const timer of this.#timers) clearInterval(timer)
    await Promise.all(this.#running)
  }

  #startJob(config: ScrapeConfig): void {
    const { scrape_interval, scrape_timeout } = this.#options.config
    const intervalMs = durationMs(config.scrape_interval ?? scrape_interval)
    const timeoutMs = Math.min(intervalMs, durationMs(config.scrape_timeout ?? scrape_timeout))
    const targets = new Targets(config, this.#troubles)
    const scrape = new Scrape(config)
    let isRunning = false
    const round = (): void => {
      // a round that takes longer than the interval is not stacked upon
      if (isRunning) return
      isRunning = true
      const running = this.#round(config, targets, scrape, timeoutMs).finally(() => {
        isRunning = false
        this.#running.delete(running)
      })
      this.#running.add(running)
    }
    round()
    this.#timers.add(setInterval(round, intervalMs))
  }

  async #round(config: ScrapeConfig, targets: Targets, scrape: Scrape, timeoutMs: number): Promise<void> {
    const waiting = await targets.list()
    const work = async (): Promise<void> => {
      for (let target = waiting.pop(); target !== undefined; target = waiting.pop())
        if (!this.#ending.signal.aborted) await this.#scrape(config, target, scrape, timeoutMs)
    }
    await Promise.all(Array.from({ length: Math.min(maxScrapes, waiting.length) }, work))
  }

  async #scrape(config: ScrapeConfig, target: Target, scrape: Scrape, timeoutMs: number): Promise<void> {
    const { intake, clock } = this.#options
    const startMs = clock.nowMs()
    const fromMs = clock.monotonicMs()
    let scraped: Scraped | undefined
    try {
      scraped = scrape.read(await fetchMetrics(target.url, config, timeoutMs, this.#ending.signal), target)
    } catch (error) {
      if (this.#ending.signal.aborted) return
      this.#troubles.warn(
        'cannot scrape a target',
        { target: target.url, error: messageOf(error) },
        target.url,
      )
    }
    const metrics = scrapeMetrics(target, scraped, { startMs, tookMs: clock.monotonicMs() - fromMs })
    const { job = '', instance = '' } = target.labels
    const resource = { 'service.name': job, 'service.instance.id': instance }
    try {
      await intake.attend(() =>
        intake.take(metricRequests([{ resource, scope: 'millrace.prometheus', metrics }])),
      )
    } catch (error) {
      this.#troubles.warn('scraped metrics were not taken', { error: messageOf(error) })
    }
  }
}
