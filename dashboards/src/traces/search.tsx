import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import { getDurations, getTraces, type TracesRequest } from '../api/traces.ts'
import { Empty } from '../ui/empty.tsx'
import { Note } from '../ui/page.tsx'
import { Problem } from '../ui/problem.tsx'
import type { Range } from '../ui/range.ts'
import { Durations } from './durations.tsx'
import { FilterForm } from './filter-form.tsx'
import { FoundTraces } from './found-traces.tsx'
import styles from './search.module.css'
import type { ChangeTraces, TracesView } from './view.ts'

const limit = 100
const ways = [
  { what: 'realistic load, with traces', command: 'npm run -s millrace -- demo' },
  { what: 'from an OpenTelemetry SDK', command: 'OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318' },
]

interface Properties {
  view: TracesView
  range: Range
  onChange: ChangeTraces
  onRun: () => void
}

/** Traces by TraceQL or by what is filled in, with how long their spans took. */
export function Search({ view, range, onChange, onRun }: Properties) {
  const [, navigate] = useLocation()
  const { start: _start, end: _end, tab: _tab, operations: _all, ...filters } = view
  const request: TracesRequest = { ...filters, ...range }
  const found = useQuery({
    queryKey: ['traces', request],
    queryFn: ({ signal }) => getTraces(request, limit, signal),
    placeholderData: keepPreviousData,
  })
  const durations = useQuery({
    queryKey: ['durations', request],
    queryFn: ({ signal }) => getDurations(request, signal),
    placeholderData: keepPreviousData,
    enabled: found.error === null,
  })
  const traces = found.data?.traces
  return (
    <div className={styles['search']}>
      <FilterForm
        key={JSON.stringify(filters)}
        view={view}
        range={range}
        busy={found.isFetching}
        onRun={part => {
          onRun()
          onChange(part)
        }}
      />
      {found.error !== null && (
        <Problem error={found.error} query={view.query} onRetry={() => void found.refetch()} />
      )}
      {found.data?.warnings.map(warning => (
        <p key={warning} role="status" className={styles['warning']}>
          {warning}
        </p>
      ))}
      {found.error === null && durations.data !== undefined && (
        <Durations
          answer={durations.data}
          onBrush={(minDuration, maxDuration) => onChange({ minDuration, maxDuration })}
        />
      )}
      {found.isPending && <Note>Searching…</Note>}
      {found.error === null && traces?.length === 0 && <NoTraces view={view} onChange={onChange} />}
      {found.error === null && traces !== undefined && traces.length > 0 && (
        <FoundTraces
          traces={traces}
          limit={limit}
          stale={found.isPlaceholderData}
          onOpen={id => navigate(`/traces/${id}`)}
          onCompare={(a, b) => navigate(`/traces/${a}?with=${b}`)}
        />
      )}
    </div>
  )
}

function NoTraces({ view, onChange }: { view: TracesView; onChange: ChangeTraces }) {
  return (
    <Empty title="No traces here" commands={ways}>
      {view.start !== 'now-24h' && (
        <p>
          <button
            type="button"
            className={styles['link']}
            onClick={() => onChange({ start: 'now-24h', end: 'now' })}
          >
            Look at the last 24 hours
          </button>
        </p>
      )}
      <p>To send some:</p>
    </Empty>
  )
}
