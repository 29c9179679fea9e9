import { z } from 'zod'
import type { MetricNamesAnswer, MetricsAnswer } from '../../query/index.ts'
import { atMost, defineTool, range } from './tool.ts'

const maxSeries = 50

const queryMetrics = defineTool({
  name: 'query_metrics',
  title: 'Query metrics',
  description: `PromQL at each step of a range. Values stand in order from \`start\`, \`stepMs\` apart, null where there is none; at most ${maxSeries} series. metric_names says what there is.`,
  input: z.strictObject({
    query: z.string().describe('PromQL, as in sum by (host) (rate(system_network_io_bytes_total[5m]))'),
    ...range,
    step: z.string().optional().describe('as in 1m; left out: some 200 values'),
  }),
  run: async (input, ask) => {
    const { series, stepMs, start, warnings } = await ask<MetricsAnswer>('/api/metrics/query', input)
    const cut =
      series.length > maxSeries
        ? [`${series.length} series, of which ${maxSeries} are here: sum or filter`]
        : []
    return { start, stepMs, series: series.slice(0, maxSeries), warnings: [...warnings, ...cut] }
  },
})

const metricNames = defineTool({
  name: 'metric_names',
  title: 'Which metrics there are',
  description: 'Names of metrics with type, unit, description and number of series.',
  input: z.strictObject({
    search: z.string().default('').describe('only names that have this'),
    limit: atMost(500, 100),
  }),
  run: async ({ search, limit }, ask) => {
    const { metrics } = await ask<MetricNamesAnswer>('/api/metrics/names', {})
    const found = metrics.filter(({ name }) => name.includes(search))
    return { metrics: found.slice(0, limit), total: found.length }
  },
})

const labels = defineTool({
  name: 'labels',
  title: 'Labels and their values',
  description: 'Names of labels, or the values of one: which services, hosts and levels there are.',
  input: z.strictObject({
    of: z.enum(['logs', 'metrics']).default('logs'),
    name: z.string().optional().describe('values of this label; left out: the labels'),
    match: z.string().optional().describe('only of lines or series that match this selector'),
  }),
  run: async ({ of, name, match }, ask) => {
    const base = of === 'logs' ? '/loki/api/v1' : '/prometheus/api/v1'
    const path = name === undefined ? `${base}/labels` : `${base}/label/${encodeURIComponent(name)}/values`
    const { data = [] } = await ask<{ data?: string[] }>(
      path,
      of === 'logs' ? { query: match } : { 'match[]': match },
    )
    return { values: data.slice(0, 1_000), total: data.length }
  },
})

export const metricTools = [queryMetrics, metricNames, labels]
