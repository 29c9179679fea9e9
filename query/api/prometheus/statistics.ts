import type { PromQlStatistics } from '../../metrics.ts'

/** Those values of `stats` that mean something. */
const known = ['true', 'all']

export interface StatisticsAnswer {
  stats?: object
  warning?: string
}

/**
 * What a query took, in Prometheus' form; nothing is said where it is not asked for. Waiting for the store is preparation, and there
 * is no queue. Source: Prometheus HTTP API, query statistics.
 */
export function statisticsAnswer(asked: string | undefined, taken: PromQlStatistics): StatisticsAnswer {
  if (asked === undefined || asked === '') return {}
  const [load, evaluate] = [taken.loadMs / 1000, taken.evaluateMs / 1000]
  const stats = {
    timings: {
      evalTotalTime: load + evaluate,
      resultSortTime: 0,
      queryPreparationTime: load,
      innerEvalTime: evaluate,
      execQueueTime: 0,
      execTotalTime: load + evaluate,
    },
    samples: {
      totalQueryableSamples: taken.windowSamples,
      samplesRead: taken.samples,
      seriesTouched: taken.series,
      peakSamples: taken.samples,
    },
  }
  if (known.includes(asked)) return { stats }
  return { stats, warning: `value "${asked}" for parameter "stats" is none: use "true" or "all"` }
}
