import type { Clock, Histogram, Metrics } from '../../lib/base/index.ts'
import type { Handler } from '../handlers/handler.ts'
import { RecentTimes } from './recent-times.ts'

const quantiles = [0.5, 0.75, 0.95, 0.99, 0.999]

/**
 * Time from request to answer by API: Kafka's RequestMetrics TotalTimeMs, as a histogram since the start and as
 * percentiles of the last minutes.
 */
export class RequestTimes {
  readonly #clock: Clock
  readonly #metrics: Metrics
  readonly #names: (string | undefined)[] = []
  readonly #histograms: (Histogram | undefined)[] = []
  readonly #recent: (RecentTimes | undefined)[] = []

  constructor(metrics: Metrics, clock: Clock, handlers: readonly Handler[]) {
    this.#clock = clock
    this.#metrics = metrics
    for (const { api } of handlers) this.#names[api.key] = api.name
    metrics.gauge(
      'millrace.broker.request_time_percentile',
      { unit: 'ms', description: 'time from request to answer in the last one to two minutes' },
      () => this.#percentiles(),
    )
  }

  record(apiKey: number, ms: number): void {
    this.#histogramOf(apiKey).record(ms)
    const recent = this.#recent[apiKey] ?? new RecentTimes()
    this.#recent[apiKey] = recent
    recent.record(ms, this.#clock.monotonicMs())
  }

  #histogramOf(apiKey: number): Histogram {
    const known = this.#histograms[apiKey]
    if (known !== undefined) return known
    const description = { unit: 'ms', description: 'time from request to answer' }
    const labels = { api: this.#names[apiKey] ?? String(apiKey) }
    const made = this.#metrics.histogram('millrace.broker.request_time', description, labels)
    this.#histograms[apiKey] = made
    return made
  }

  *#percentiles() {
    const nowMs = this.#clock.monotonicMs()
    for (const [apiKey, recent] of this.#recent.entries())
      for (const q of quantiles) {
        const value = recent?.quantile(q, nowMs)
        const labels = { api: this.#names[apiKey] ?? String(apiKey), quantile: String(q) }
        if (value !== undefined) yield { labels, value }
      }
  }
}
