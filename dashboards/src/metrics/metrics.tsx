import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { getMetricNames } from '../api/metrics.ts'
import { useAddress } from '../ui/address.ts'
import controls from '../ui/controls.module.css'
import { Dialog } from '../ui/dialog.tsx'
import { Page, PageBody } from '../ui/page.tsx'
import { useFixedRange } from '../ui/range.ts'
import { TimeRange } from '../ui/time-range.tsx'
import { Browser } from './browser.tsx'
import { Drawing, useMetrics } from './drawing.tsx'
import { Queries } from './queries.tsx'
import { type MetricsView, metricsSchema } from './view.ts'

const kinds = ['line', 'area', 'bars', 'heat'] as const

/** Any metric: found, put together or written, drawn alone or with others. */
export function Metrics() {
  const [view, change] = useAddress(metricsSchema)
  const { range, look } = useFixedRange(view)
  const [browsing, setBrowsing] = useState(false)
  const names = useQuery({ queryKey: ['metric-names'], queryFn: getMetricNames })
  const metrics = names.data?.metrics ?? []
  const run = (part: Partial<MetricsView>) => {
    look()
    change(part)
  }
  const isEmpty = view.query === ''
  const answer = useMetrics(view, range)
  const bar = (
    <>
      <TimeRange start={view.start} end={view.end} onRange={(start, end) => run({ start, end })} />
      <button type="button" className={controls['button']} onClick={look}>
        Refresh
      </button>
      {!isEmpty && (
        <button type="button" className={controls['button']} onClick={() => setBrowsing(true)}>
          All metrics
        </button>
      )}
      <label>
        Drawn as{' '}
        <select
          value={view.kind}
          onChange={event => change({ kind: event.target.value as MetricsView['kind'] })}
        >
          {kinds.map(kind => (
            <option key={kind}>{kind}</option>
          ))}
        </select>
      </label>
    </>
  )
  const choose = (query: string) => {
    setBrowsing(false)
    run({ query })
  }
  const retry = () => void names.refetch()
  return (
    <Page title="Metrics" bar={bar}>
      <PageBody>
        <Queries view={view} metrics={metrics} error={answer.error} onRun={run} />
        {isEmpty ? (
          <Browser
            metrics={metrics}
            loading={names.isPending}
            error={names.error}
            onChoose={choose}
            onRetry={retry}
          />
        ) : (
          <Drawing
            view={view}
            answer={answer}
            metrics={metrics}
            onBrush={(start, end) => run({ start, end })}
          />
        )}
        {browsing && (
          <Dialog side title="Metrics" onClose={() => setBrowsing(false)}>
            <Browser
              metrics={metrics}
              loading={names.isPending}
              error={names.error}
              onChoose={choose}
              onRetry={retry}
            />
          </Dialog>
        )}
      </PageBody>
    </Page>
  )
}
