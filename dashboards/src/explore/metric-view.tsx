import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useMemo } from 'react'
import { getLokiRange, type LokiSeries } from '../api/loki.ts'
import { Problem } from '../ui/problem.tsx'
import type { Range } from '../ui/range.ts'
import { msOf } from '../ui/shift.ts'
import styles from './metric-view.module.css'
import { Fixes } from './query/fixes-list.tsx'

const Chart = lazy(() => import('../charts/chart.tsx').then(module => ({ default: module.Chart })))

interface Properties {
  query: string
  range: Range
  onBrush: (start: string, end: string) => void
  onRun: (query: string) => void
}

const points = 240

/** A query that makes numbers of lines, drawn over time. */
export function MetricView({ query, range, onBrush, onRun }: Properties) {
  const startMs = msOf(range.start) ?? 0
  const endMs = msOf(range.end) ?? 0
  const stepSeconds = Math.max(1, Math.ceil((endMs - startMs) / points / 1000))
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['loki', query, startMs, endMs],
    queryFn: ({ signal }) => getLokiRange({ query, startMs, endMs, stepSeconds }, signal),
    placeholderData: keepPreviousData,
  })
  const drawn = useMemo(
    () => (data === undefined ? undefined : chartOf(data, startMs, endMs, stepSeconds)),
    [data, startMs, endMs, stepSeconds],
  )
  if (error !== null)
    return (
      <>
        <Problem error={error} query={query} onRetry={() => void refetch()} />
        <Fixes query={query} error={error} onRun={onRun} />
      </>
    )
  if (isPending || drawn === undefined) return <p className={styles['note']}>Counting…</p>
  if (drawn.series.length === 0)
    return (
      <p className={styles['note']}>
        No line in this range gives a number: take a longer range, or look at the lines of the selector alone.
      </p>
    )
  return (
    <section className={styles['metric']} aria-label="The query over time">
      <Suspense fallback={<p className={styles['note']}>Loading…</p>}>
        <Chart times={drawn.times} series={drawn.series} unit="number" onBrush={onBrush} />
      </Suspense>
    </section>
  )
}

/** All series over the same times; null where one has no value. */
function chartOf(found: readonly LokiSeries[], startMs: number, endMs: number, stepSeconds: number) {
  const first = Math.floor(startMs / 1000)
  const times: number[] = []
  for (let at = first; at * 1000 <= endMs; at += stepSeconds) times.push(at)
  const series = found.map(({ metric, values }) => {
    const drawn = new Array<number | null>(times.length).fill(null)
    for (const [at, value] of values) {
      const index = Math.round((at - first) / stepSeconds)
      if (index >= 0 && index < drawn.length)
        drawn[index] = Number.isFinite(Number(value)) ? Number(value) : null
    }
    return { name: nameOf(metric), values: drawn }
  })
  return { times, series }
}

function nameOf(metric: Readonly<Record<string, string>>): string {
  const labels = Object.entries(metric).map(([name, value]) => `${name}=${value}`)
  return labels.length === 0 ? 'value' : labels.join(', ')
}
