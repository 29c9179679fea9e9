import type { BoardPanel } from '../../../../query/index.ts'
import type { QueryLanguage } from '../../api/series.ts'
import { gridOf } from '../../charts/align.ts'
import type { SeriesQuery } from '../../charts/use-series.ts'
import { readDuration } from '../../ui/duration.ts'
import { momentsOf, type Range } from '../../ui/range.ts'
import { builtIns, interpolate, type Values } from '../interpolate.ts'

type Query = BoardPanel['spec']['queries'][number]

const languages: Readonly<Record<Query['spec']['plugin']['kind'], QueryLanguage>> = {
  PrometheusTimeSeriesQuery: 'promql',
  LokiTimeSeriesQuery: 'logql',
  TempoTimeSeriesQuery: 'traceql',
  LokiLogQuery: 'logql',
  TempoTraceQuery: 'traceql',
}

/** How many steps a panel has: enough for its width, few enough for many panels at once. */
export const panelPoints = 160

/** What a panel asks, with what its variables stand for. */
export function questionsOf(
  { spec: { queries } }: BoardPanel,
  values: Values,
  range: Range,
): { queries: SeriesQuery[]; minStepMs: number } {
  const minSteps = queries.map(query => readDuration(query.spec.plugin.spec.minStep ?? '') ?? 0)
  const minStepMs = Math.max(1_000, ...minSteps)
  const { startMs, endMs } = momentsOf(range)
  const { stepMs } = gridOf(startMs, endMs, panelPoints, minStepMs)
  const known = new Map([...builtIns(startMs, endMs, stepMs), ...withoutBuiltIns(values)])
  return {
    minStepMs,
    queries: queries.map(({ spec: { plugin } }) => ({
      language: languages[plugin.kind],
      query: interpolate(plugin.spec.query, known, 'query'),
      legend: plugin.spec.seriesNameFormat,
    })),
  }
}

/** Steps of a panel are its own. */
function withoutBuiltIns(values: Values): Values {
  return new Map([...values].filter(([name]) => !name.startsWith('__') && name !== 'interval'))
}
