import { useQueries } from '@tanstack/react-query'
import type { BoardVariable } from '../../../query/index.ts'
import { getSeries } from '../api/series.ts'
import { type ApiSeries, gridOf, readFloat } from '../charts/align.ts'
import { builtIns, interpolate } from './interpolate.ts'

interface Range {
  startMs: number
  endMs: number
}

/** Which has most is seen by few. */
const steps = 10

type Asked = { variable: BoardVariable; isGiven: boolean }

/**
 * For each variable that names queries for it, the value that has most by the first of them that has any: a dashboard opens
 * on something that there is. Undefined where a value is given, where there is none, and where they cannot be asked.
 */
export function usePreferred(
  variables: readonly Asked[],
  range: Range,
): { values: (string | undefined)[]; ready: boolean } {
  const results = useQueries({
    queries: variables.map(({ variable, isGiven }) => {
      const queries = variable.kind === 'ListVariable' ? variable.spec.preferred : []
      return {
        queryKey: ['preferred', queries],
        queryFn: ({ signal }: { signal: AbortSignal }) => firstOf(queries, range, signal),
        enabled: queries.length > 0 && !isGiven,
        // the choice stays while the range moves
        staleTime: Number.POSITIVE_INFINITY,
        retry: false,
      }
    }),
  })
  return {
    values: results.map(({ data }) => data ?? undefined),
    ready: results.every(({ isLoading }) => !isLoading),
  }
}

async function firstOf(
  queries: readonly { language: 'logql' | 'promql' | 'traceql'; query: string }[],
  { startMs, endMs }: Range,
  signal: AbortSignal,
): Promise<string | null> {
  for (const { language, query } of queries) {
    const asked = interpolate(query, new Map(builtIns(startMs, endMs, 15_000)), 'text')
    const most = mostOf((await getSeries(language, asked, gridOf(startMs, endMs, steps), signal)).series)
    if (most !== undefined) return most
  }
  return null
}

/** The label's value of the series that is the greatest in sum; of several labels the first. */
export function mostOf(series: readonly ApiSeries[]): string | undefined {
  const valued = series.map(({ metric, values = [] }) => ({
    value: Object.values(metric)[0],
    sum: values.reduce((sum, [, text]) => sum + (readFloat(text) ?? 0), 0),
  }))
  const found = valued.filter(({ value, sum }) => value !== undefined && sum > 0)
  return found.toSorted((a, b) => b.sum - a.sum)[0]?.value
}
