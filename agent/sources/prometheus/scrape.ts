import { OperatingError } from '../../../lib/base/index.ts'
import type { PointMetric } from '../../../lib/otlp/index.ts'
import type { Family, Labels } from '../../metrics/family.ts'
import { metricsOf } from '../../metrics/from-families.ts'
import { compileRelabel, type Relabel } from '../../metrics/relabel.ts'
import { parseMetricsText } from '../../metrics/text-format.ts'
import type { ScrapeConfig } from './config.ts'
import type { Exposition } from './fetch-metrics.ts'
import type { Target } from './targets.ts'

export interface Scraped {
  families: Family[]
  /** Samples exposed, and left after relabelling. */
  exposed: number
  kept: number
}

/** Makes of what a target exposed what is kept of it: its labels added, relabelled, counted. */
export class Scrape {
  readonly #config: ScrapeConfig
  readonly #relabel: Relabel

  constructor(config: ScrapeConfig) {
    this.#config = config
    this.#relabel = compileRelabel(config.metric_relabel_configs)
  }

  /** Errors: METRICS_INVALID, SCRAPE_FAILED where there are more samples than allowed. */
  read({ text, isOpenMetrics }: Exposition, target: Target): Scraped {
    const families = parseMetricsText(text, isOpenMetrics)
    const exposed = families.reduce((sum, family) => sum + family.samples.length, 0)
    for (const family of families) this.#label(family, target)
    const kept = families.reduce((sum, family) => sum + family.samples.length, 0)
    const { sample_limit } = this.#config
    if (sample_limit > 0 && kept > sample_limit)
      throw new OperatingError(
        'SCRAPE_FAILED',
        `${target.url} has ${kept} samples, sample_limit is ${sample_limit}`,
      )
    return { families: families.filter(({ samples }) => samples.length > 0), exposed, kept }
  }

  #label(family: Family, target: Target): void {
    const { honor_timestamps, metric_relabel_configs } = this.#config
    const isRelabelled = metric_relabel_configs.length > 0
    family.samples = family.samples.flatMap(sample => {
      const labels = this.#merge(sample.labels, target.labels)
      const made = isRelabelled ? this.#relabel({ __name__: sample.name, ...labels }) : labels
      if (made === undefined) return []
      const { __name__: name = sample.name, ...rest } = made
      const { timeMs: _, ...timeless } = sample
      return [{ ...(honor_timestamps ? sample : timeless), name, labels: rest }]
    })
  }

  /** Where both have a label, the target's wins and the sample's is kept as `exported_…`, or the other way round. */
  #merge(own: Labels, target: Labels): Record<string, string> {
    if (this.#config.honor_labels) return { ...target, ...own }
    const clashing = Object.keys(own).filter(name => Object.hasOwn(target, name))
    const renamed = clashing.map(name => [`exported_${name}`, own[name] ?? ''] as const)
    return { ...own, ...Object.fromEntries(renamed), ...target }
  }
}

/** What Prometheus says of each scrape, and the metrics that were scraped; nothing of them where it failed. */
export function scrapeMetrics(
  target: Target,
  scraped: Scraped | undefined,
  { startMs, tookMs }: { startMs: number; tookMs: number },
): PointMetric[] {
  const gauge = (name: string, description: string, value: number, unit = ''): Family => ({
    name,
    type: 'gauge',
    help: description,
    unit,
    samples: [{ name, labels: target.labels, value }],
  })
  const own = [
    gauge('up', 'whether the target could be scraped', scraped === undefined ? 0 : 1),
    gauge('scrape_duration_seconds', 'how long the scrape took', tookMs / 1_000, 's'),
    gauge('scrape_samples_scraped', 'samples that the target exposed', scraped?.exposed ?? 0),
    gauge('scrape_samples_post_metric_relabeling', 'samples left after relabelling', scraped?.kept ?? 0),
  ]
  return metricsOf([...(scraped?.families ?? []), ...own], startMs)
}
