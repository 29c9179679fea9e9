import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import { getDurations, getTraces, type TracesRequest } from '../api/traces.ts'
import { Note } from '../ui/page.tsx'
import { Problem } from '../ui/problem.tsx'
import type { Range } from '../ui/range.ts'
import { Durations } from './durations.tsx'
import { FilterForm } from './filter-form.tsx'
import { FoundTraces } from './found-traces.tsx'
import { NoTraces } from './no-traces.tsx'
import styles from './search.module.css'
import type { ChangeTraces, TracesView } from './view.ts'
import { wayBack } from './way-back.ts'

const limit = 100
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
      {found.error === null && traces?.length === 0 && (
        <NoTraces title="No traces here" start={view.start} onChange={onChange} />
      )}
      {found.error === null && traces !== undefined && traces.length > 0 && (
        <FoundTraces
          traces={traces}
          limit={limit}
          order={view.order}
          onOrder={order => onChange({ order })}
          stale={found.isPlaceholderData}
          onOpen={id => navigate(`/traces/${id}`, { state: wayBack() })}
          onCompare={(a, b) => navigate(`/traces/${a}?with=${b}`, { state: wayBack() })}
        />
      )}
    </div>
  )
}
