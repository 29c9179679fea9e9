import { useState } from 'react'
import type { LogsRequest } from '../api/client.ts'
import { resolveRange, useView } from '../url-state.ts'
import { CostLine } from './cost-line.tsx'
import styles from './explore.module.css'
import { Facets } from './facets.tsx'
import { addMatcher } from './filters.ts'
import { Histogram } from './histogram.tsx'
import { LogList } from './log-list.tsx'
import { Problem } from './problem.tsx'
import { QueryBar } from './query-bar.tsx'
import { TailList } from './tail-list.tsx'
import { useHistogram, useLogs } from './use-logs.ts'

/** Search lines, see when they were written, follow new ones. */
export function Explore() {
  const [view, change] = useView()
  const [nowMs, setNowMs] = useState(() => Date.now())
  const request: LogsRequest = { query: view.query, ...resolveRange(view, nowMs) }
  const logs = useLogs(request, !view.tail)
  const histogram = useHistogram(request, !view.tail)
  const error = view.tail ? null : (logs.error ?? histogram.error)
  const filter = (label: string, operator: '=' | '!=', value: string) =>
    change({ query: addMatcher(view.query, label, operator, value) })
  const run = (query: string) => {
    setNowMs(Date.now())
    change({ query })
  }
  return (
    <div className={styles['explore']}>
      <QueryBar
        view={view}
        error={error}
        busy={logs.isFetching}
        onRun={run}
        onRange={(start, end) => {
          setNowMs(Date.now())
          change({ start, end })
        }}
        onTail={tail => {
          setNowMs(Date.now())
          change({ tail })
        }}
      />
      <div className={styles['body']}>
        {!view.tail && <Facets request={request} enabled={error === null} onFilter={filter} />}
        <section className={styles['content']} aria-label="Lines">
          {error !== null && <Problem error={error} query={view.query} onRetry={() => run(view.query)} />}
          {view.tail ? (
            <TailList key={view.query} query={view.query} onFilter={filter} />
          ) : (
            <>
              <Histogram answer={histogram.data} onBrush={(start, end) => change({ start, end })} />
              {error === null && <LogList logs={logs} view={view} onFilter={filter} />}
              <CostLine answer={logs.data?.pages[0]} histogram={histogram.data} loaded={logs.lines.length} />
            </>
          )}
        </section>
      </div>
    </div>
  )
}
