import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { getExemplars } from '../api/series.ts'
import { KeepQuery } from '../boards/keep/keep-query.tsx'
import { Chart } from '../charts/chart.tsx'
import { heatRowsOf } from '../charts/heat.ts'
import { HeatMap } from '../charts/heat-map.tsx'
import styles from '../charts/panel.module.css'
import { unitOfQuery } from '../charts/units.ts'
import { type Drawn, type SeriesQuery, useSeries } from '../charts/use-series.ts'
import { Loading } from '../ui/loading.tsx'
import { Note } from '../ui/page.tsx'
import { Problem } from '../ui/problem.tsx'
import type { Range } from '../ui/range.ts'
import type { Metric } from './browser.tsx'
import { expanded, type MetricsView, type QueryName, queryNames, queryOf } from './view.ts'

/** What the view asks, and the answer; `circle`: a formula that cannot be written out. */
export function useMetrics(view: MetricsView, range: Range) {
  const asked = queryNames.filter(name => queryOf(view, name) !== '' && !view.hidden.includes(name))
  const expressions = asked.map(name => expanded(view, name))
  const queries: SeriesQuery[] = expressions.map(query => ({
    language: 'promql',
    query: query ?? '',
    legend: '',
  }))
  const circle = asked[expressions.indexOf(undefined)]
  const { data, error, refetch } = useSeries(circle === undefined ? queries : [], range)
  return { asked, queries, circle, data, error, refetch }
}

interface Properties {
  view: MetricsView
  answer: ReturnType<typeof useMetrics>
  metrics: readonly Metric[]
  onBrush: (start: string, end: string) => void
}

/** The queries of the view in one chart, or as a heat map. */
export function Drawing({ view, answer, metrics, onBrush }: Properties) {
  const { asked, queries, circle, data, error, refetch } = answer
  const units = useMemo(() => new Map(metrics.map(({ name, unit }) => [name, unit])), [metrics])
  if (circle !== undefined)
    return <p role="alert">{circle} stands in itself, or names a query that is not there.</p>
  if (error !== null)
    return (
      <Problem
        error={error}
        query={queries.length === 1 ? (queries[0]?.query ?? '') : ''}
        onRetry={() => void refetch()}
      />
    )
  if (data === undefined) return <Loading what="the series" />
  const [first = 'a'] = asked
  return (
    <section className={styles['panel']} aria-label="Drawing">
      {data.notes.map(note => (
        <p key={note} role="status" className={styles['note']}>
          {note}
        </p>
      ))}
      {view.kind === 'heat' ? (
        <Heat
          data={data}
          unit={boundsUnit(expanded(view, first) ?? '', units)}
          query={expanded(view, first) ?? ''}
        />
      ) : data.series.length === 0 ? (
        <Note>Nothing in this range: take a longer one, or look whether the names are right.</Note>
      ) : (
        <Lines data={data} view={view} asked={asked} units={units} onBrush={onBrush} />
      )}
      <KeepQuery
        queries={queries.map(({ query }) => ({ language: 'promql', query }))}
        unit={unitOfQuery(queries[0]?.query ?? '', metric => units.get(metric))}
      />
    </section>
  )
}

interface LinesProperties {
  data: Drawn
  view: MetricsView
  asked: readonly QueryName[]
  units: ReadonlyMap<string, string>
  onBrush: (start: string, end: string) => void
}

/** Where there are several queries a series says which it is of. */
function Lines({ data, view, asked, units, onBrush }: LinesProperties) {
  const unitOf = (name: QueryName) => unitOfQuery(expanded(view, name) ?? '', metric => units.get(metric))
  // the same while nothing has changed: a chart draws anew what is another
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is asked and its units are made of view and units
  const series = useMemo(
    () =>
      data.series.map(one => {
        const name = asked[one.query] ?? 'a'
        return {
          name: asked.length === 1 ? one.name : `${name}: ${one.name}`,
          values: one.values,
          ...(view.right.includes(name) ? { right: unitOf(name) } : {}),
        }
      }),
    [data, view, units],
  )
  return (
    <Chart
      times={data.times}
      series={series}
      unit={unitOf(asked.find(name => !view.right.includes(name)) ?? asked[0] ?? 'a')}
      kind={view.kind === 'heat' ? 'line' : view.kind}
      stack={view.kind === 'area'}
      height={340}
      legend="table"
      onBrush={onBrush}
    />
  )
}

/** Bounds of buckets are in the unit of what was observed, whatever is made of their counts. */
function boundsUnit(query: string, units: ReadonlyMap<string, string>): string {
  const names = query.match(/[a-zA-Z_:][a-zA-Z0-9_:]*/g) ?? []
  return units.get(names.find(name => units.has(name)) ?? '') ?? 'number'
}

function Heat({ data, unit, query }: { data: Drawn; unit: string; query: string }) {
  const rows = useMemo(() => heatRowsOf(data.found, data.grid, data.times.length), [data])
  const exemplars = useQuery({
    queryKey: ['exemplars', query, data.grid],
    queryFn: ({ signal }) => getExemplars(query, data.grid, signal),
  })
  if (rows.length === 0)
    return (
      <Note>
        A heat map needs a native histogram, or buckets: as in{' '}
        <code>sum by (le) (rate(NAME_bucket[5m]))</code>
      </Note>
    )
  return <HeatMap rows={rows} times={data.times} unit={unit} exemplars={exemplars.data ?? []} height={320} />
}
