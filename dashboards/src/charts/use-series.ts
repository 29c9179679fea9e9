import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { ApiError } from '../api/http.ts'
import { getSeries, type QueryLanguage } from '../api/series.ts'
import { getStatus } from '../api/system.ts'
import { levelColour } from '../levels.ts'
import { toMs } from '../ui/format.ts'
import { momentsOf, type Range } from '../ui/range.ts'
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
  /** Levels have the colours that they have everywhere. */
  colour?: string
  /** Where it is not that of the others. */
  unit?: string
  /** On an axis of its own, in this unit. */
  right?: string
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
  const { startMs, endMs } = momentsOf(range)
  const grid = gridOf(startMs, Math.min(endMs, complete ?? endMs), points, minStepMs)
  return useQuery({
    queryKey: ['series', queries, grid],
    queryFn: async ({ signal }) => {
      const found = await Promise.all(
        queries.map(({ language, query }) => getSeries(language, query, grid, signal).catch(naming(query))),
      )
      return drawnOf(queries, found, grid)
    },
    placeholderData: keepPreviousData,
    enabled: queries.length > 0 && complete !== undefined,
  })
}

/** Says which query went wrong. */
function naming(query: string): (error: unknown) => never {
  return error => {
    if (error instanceof ApiError) error.query = query
    throw error
  }
}

/** How far the data were complete when the range was looked at; undefined while it is not known. */
function useCompleteTo(range: Range): number | undefined {
  const client = useQueryClient()
  const { endMs } = momentsOf(range)
  const { data, isError } = useQuery({
    queryKey: ['complete-to', range.end],
    // the header asks for the status every few seconds: what it knows is new enough
    queryFn: () => client.ensureQueryData({ queryKey: ['status'], queryFn: getStatus }),
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (isError) return endMs
  if (data === undefined) return undefined
  return data.completeTo === null ? endMs : toMs(data.completeTo)
}

/** Where series are told apart by their level alone. */
function colourOf(labels: Readonly<Record<string, string>>): { colour?: string } {
  const [[name, level] = [], ...others] = Object.entries(labels)
  return name === 'level' && others.length === 0 ? { colour: levelColour(level ?? '') } : {}
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
      ...colourOf(labels[j] ?? {}),
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
