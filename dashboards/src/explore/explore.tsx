import { useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useMemo } from 'react'
import { useAddress } from '../ui/address.ts'
import { useFixedRange } from '../ui/range.ts'
import { AnswerView } from './answer-view.tsx'
import { besideOf, writeBeside } from './beside.ts'
import styles from './explore.module.css'
import { formOf } from './query/form.ts'
import { QueryBar } from './query-bar.tsx'
import { withRecent } from './saved/queries.ts'
import { useQueries } from './saved/use-queries.ts'
import { useAnswer } from './use-answer.ts'
import { useShowing } from './use-showing.ts'
import { viewSchema } from './view.ts'

const LiveView = lazy(() => import('./live/live-view.tsx').then(module => ({ default: module.LiveView })))
const MetricView = lazy(() => import('./metric-view.tsx').then(module => ({ default: module.MetricView })))
const QueryPane = lazy(() => import('./query-pane.tsx').then(module => ({ default: module.QueryPane })))

/** Search lines, see when they were written, what they say and what sets them apart; follow new ones. */
export function Explore() {
  const [view, change] = useAddress(viewSchema)
  const client = useQueryClient()
  const { range, look } = useFixedRange(view)
  const isMetric = !view.tail && formOf(view.query) === 'metric'
  const { start, end } = range
  const request = useMemo(() => ({ query: view.query, start, end }), [view.query, start, end])
  const answer = useAnswer(request, view, !view.tail && !isMetric)
  const kept = useQueries()
  const showing = useShowing(view, change, range)
  const run = (query: string) => {
    kept.write(withRecent(kept.read(), query))
    look()
    if (query !== view.query) change({ query, line: '' })
    else if (!view.end.includes('now')) void client.invalidateQueries({ queryKey: ['logs'] })
  }
  const choose = (from: string, to: string) => {
    look()
    change({ start: from, end: to, from: '', to: '', line: '' })
  }
  const beside = besideOf(view.beside)
  return (
    <div className={styles['explore']}>
      <h1 className={styles['title']}>Explore</h1>
      <QueryBar
        view={view}
        error={isMetric || view.tail ? null : answer.error}
        busy={answer.logs.isFetching}
        onRun={run}
        onRange={choose}
        onTail={tail => {
          look()
          change({ tail, line: '' })
        }}
      />
      <div className={styles['body']}>
        <Suspense fallback={<p className={styles['note']}>Loading…</p>}>
          {isMetric && <MetricView query={view.query} range={range} onBrush={choose} onRun={run} />}
          {view.tail && <LiveView view={view} change={change} showing={showing} />}
          {!isMetric && !view.tail && (
            <AnswerView
              view={view}
              change={change}
              request={request}
              answer={answer}
              showing={showing}
              onRun={run}
              onRange={choose}
            />
          )}
          {!view.tail &&
            beside.map((query, i) => (
              <QueryPane
                // biome-ignore lint/suspicious/noArrayIndexKey: a pane is its place beside the others
                key={i}
                query={query}
                range={range}
                showing={showing}
                onBrush={choose}
                onRun={changed => change({ beside: writeBeside(beside.with(i, changed)) })}
                onClose={() => change({ beside: writeBeside(beside.toSpliced(i, 1)) })}
              />
            ))}
        </Suspense>
      </div>
    </div>
  )
}
