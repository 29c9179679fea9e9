import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getSeries, type QueryLanguage } from '../api/series.ts'
import { getStatus } from '../api/system.ts'
import { toMs } from '../ui/format.ts'
import type { Range } from '../ui/range.ts'
import { type ApiSeries, distinctLabels, type Grid, gridOf, nameOf, timesOf, valuesAt } from './align.ts'

export interface SeriesQuery {
  language: QueryLanguage
  query: string
  /** `{{label}}` stands for its value; '' for what tells the series apart. */
  legend: string
}

export interface DrawnSeries {
  /** Of which query, counted from 0. */
  query: number
  name: string
  metric: Record<string, string>
  values: (number | null)[]
}

export interface Drawn {
  grid: Grid
  times: number[]
  series: DrawnSeries[]
  found: readonly ApiSeries[]
  notes: string[]
}

const usualPoints = 240

/**
 * The series of several queries over one grid. A range that goes on ends where the data are complete: what is still coming
 * in is not drawn as a fall.
 */
export function useSeries(
  queries: readonly SeriesQuery[],
  range: Range,
  minStepMs = 1000,
  points = usualPoints,
) {
  const complete = useCompleteTo(range)
  const grid = gridOf(
    Number(range.start),
    Math.min(Number(range.end), complete ?? Number(range.end)),
    points,
    minStepMs,
  )
  return useQuery({
    queryKey: ['series', queries, grid],
    queryFn: async ({ signal }) => {
      const found = await Promise.all(
        queries.map(({ language, query }) => getSeries(language, query, grid, signal)),
      )
      return drawnOf(queries, found, grid)
    },
    placeholderData: keepPreviousData,
    enabled: queries.length > 0 && complete !== undefined,
  })
}

/** How far the data were complete when the range was looked at; undefined while it is not known. */
function useCompleteTo({ end }: Range): number | undefined {
  const { data, isError } = useQuery({
    queryKey: ['complete-to', end],
    queryFn: getStatus,
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (isError) return Number(end)
  if (data === undefined) return undefined
  return data.completeTo === null ? Number(end) : toMs(data.completeTo)
}

function drawnOf(
  queries: readonly SeriesQuery[],
  found: readonly { series: ApiSeries[]; notes: string[] }[],
  grid: Grid,
): Drawn {
  const times = timesOf(grid)
  const series = found.flatMap(({ series: own }, i) => {
    const legend = queries[i]?.legend ?? ''
    const labels = distinctLabels(own.map(({ metric }) => metric))
    return own.map((one, j) => ({
      query: i,
      name: nameOf(legend === '' ? (labels[j] ?? {}) : one.metric, legend, queries[i]?.query),
      metric: one.metric,
      values: valuesAt(one, grid, times.length),
    }))
  })
  return {
    grid,
    times,
    series,
    found: found.flatMap(one => one.series),
    notes: [...new Set(found.flatMap(({ notes }) => notes))],
  }
}
