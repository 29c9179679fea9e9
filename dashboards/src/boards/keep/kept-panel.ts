import type { BoardInput } from '../../../../query/index.ts'

export interface KeptQuery {
  language: 'promql' | 'logql'
  query: string
}

const kinds = { promql: 'PrometheusTimeSeriesQuery', logql: 'LokiTimeSeriesQuery' } as const

/** A chart of queries, as a dashboard has it. */
export function keptPanel(
  title: string,
  queries: readonly KeptQuery[],
  unit: string,
): BoardInput['spec']['panels'][string] {
  return {
    kind: 'Panel',
    spec: {
      display: { name: title },
      plugin: { kind: 'TimeSeriesChart', spec: { format: { unit } } },
      queries: queries.map(({ language, query }) => ({
        kind: 'TimeSeriesQuery',
        spec: { plugin: { kind: kinds[language], spec: { query } } },
      })),
    },
  }
}

/** A dashboard without panels. */
export function emptyBoard(name: string, title: string): string {
  return `kind: Dashboard
metadata: { name: ${name} }
spec:
  display: { name: ${JSON.stringify(title)} }
  duration: 1h
  panels: {}
  layouts: []
`
}
