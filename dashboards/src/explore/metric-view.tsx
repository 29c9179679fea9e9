import { lazy, Suspense, useMemo } from 'react'
import { KeepQuery } from '../boards/keep/keep-query.tsx'
import { useSeries } from '../charts/use-series.ts'
import controls from '../ui/controls.module.css'
import { Problem } from '../ui/problem.tsx'
import type { Range } from '../ui/range.ts'
import styles from './metric-view.module.css'
import { Fixes } from './query/fixes-list.tsx'
import { linesOf } from './query/lines-of.ts'

const Chart = lazy(() => import('../charts/chart.tsx').then(module => ({ default: module.Chart })))

interface Properties {
  query: string
  range: Range
  onBrush: (start: string, end: string) => void
  onRun: (query: string) => void
}

const chartHeight = 360

/** A query that makes numbers of lines, drawn over time. */
export function MetricView({ query, range, onBrush, onRun }: Properties) {
  const { data, error, refetch } = useSeries([{ language: 'logql', query, legend: '' }], range)
  const series = useMemo(() => data?.series.map(one => ({ ...one, name: nameOf(one.metric) })) ?? [], [data])
  if (error !== null)
    return (
      <>
        <Problem error={error} query={query} onRetry={() => void refetch()} />
        <Fixes query={query} error={error} onRun={onRun} />
      </>
    )
  if (data === undefined) return <p className={styles['note']}>Counting…</p>
  if (series.length === 0)
    return (
      <p className={styles['note']}>
        No line in this range gives a number: take a longer range, or look at the lines of the selector alone.
      </p>
    )
  const lines = linesOf(query)
  return (
    <section className={styles['metric']} aria-label="The query over time">
      <Suspense fallback={<p className={styles['note']}>Loading…</p>}>
        <Chart
          times={data.times}
          series={series}
          unit="number"
          height={chartHeight}
          legend="table"
          onBrush={onBrush}
        />
      </Suspense>
      <KeepQuery queries={[{ language: 'logql', query }]}>
        {lines !== undefined && (
          <button type="button" className={controls['button']} onClick={() => onRun(lines)}>
            Its lines
          </button>
        )}
      </KeepQuery>
    </section>
  )
}

function nameOf(metric: Readonly<Record<string, string>>): string {
  const labels = Object.entries(metric).map(([name, value]) => `${name}=${value}`)
  return labels.length === 0 ? 'value' : labels.join(', ')
}
