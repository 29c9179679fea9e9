import type { LogsRequest } from '../api/logs.ts'
import { useAddress } from '../ui/address.ts'
import { Problem } from '../ui/problem.tsx'
import { useFixedRange } from '../ui/range.ts'
import { CostLine } from './cost-line.tsx'
import styles from './explore.module.css'
import { Facets } from './facets.tsx'
import { addMatcher } from './filters.ts'
import { Histogram } from './histogram.tsx'
import { LogList } from './log-list.tsx'
import { QueryBar } from './query-bar.tsx'
import { TailList } from './tail-list.tsx'
import { useHistogram, useLogs } from './use-logs.ts'
import { viewSchema } from './view.ts'

/** Search lines, see when they were written, follow new ones. */
export function Explore() {
  const [view, change] = useAddress(viewSchema)
  const { range, look } = useFixedRange(view)
  const request: LogsRequest = { query: view.query, ...range }
  const logs = useLogs(request, !view.tail)
  const histogram = useHistogram(request, !view.tail)
  const error = view.tail ? null : (logs.error ?? histogram.error)
  const filter = (label: string, operator: '=' | '!=', value: string) =>
    change({ query: addMatcher(view.query, label, operator, value) })
  const run = (query: string) => {
    look()
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
          look()
          change({ start, end })
        }}
        onTail={tail => {
          look()
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
