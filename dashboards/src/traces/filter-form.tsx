import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { getOperations, getTraceServices } from '../api/traces.ts'
import controls from '../ui/controls.module.css'
import type { Range } from '../ui/range.ts'
import styles from './search.module.css'
import type { TracesView } from './view.ts'

type Filters = Pick<TracesView, 'query' | 'service' | 'operation' | 'status' | 'minDuration' | 'maxDuration'>

interface Properties {
  view: Filters
  range: Range
  busy: boolean
  onRun: (filters: Filters) => void
}

const nothing: Filters = {
  query: '',
  service: '',
  operation: '',
  status: '',
  minDuration: '',
  maxDuration: '',
}

/** TraceQL for those who know it, fields for everybody. */
export function FilterForm({ view, range, busy, onRun }: Properties) {
  const [filters, setFilters] = useState<Filters>(view)
  const set = (part: Partial<Filters>) => setFilters({ ...filters, ...part })
  const services = useQuery({
    queryKey: ['trace-services', range],
    queryFn: ({ signal }) => getTraceServices(range, signal),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onRun(filters)
  }
  return (
    <form className={styles['form']} onSubmit={submit} aria-label="What traces to find">
      <label className={styles['query']}>
        TraceQL
        <input
          data-focus="query"
          value={filters.query}
          placeholder={'{ resource.service.name = "web" && status = error }   or only the fields below'}
          spellCheck={false}
          onChange={event => set({ query: event.target.value })}
        />
      </label>
      <label>
        Service
        <select
          value={filters.service}
          onChange={event => set({ service: event.target.value, operation: '' })}
        >
          <option value="">any</option>
          {withChosen(services.data?.services.map(({ service }) => service) ?? [], filters.service).map(
            name => (
              <option key={name}>{name}</option>
            ),
          )}
        </select>
      </label>
      <OperationField
        value={filters.operation}
        service={filters.service}
        range={range}
        onChange={operation => set({ operation })}
      />
      <label>
        Status
        <select value={filters.status} onChange={event => set({ status: event.target.value })}>
          <option value="">any</option>
          <option value="error">error</option>
          <option value="ok">ok</option>
          <option value="unset">unset</option>
        </select>
      </label>
      <DurationField
        title="At least"
        hint="100ms"
        value={filters.minDuration}
        onChange={minDuration => set({ minDuration })}
      />
      <DurationField
        title="At most"
        hint="2s"
        value={filters.maxDuration}
        onChange={maxDuration => set({ maxDuration })}
      />
      <button type="submit" className={controls['primary']} aria-busy={busy}>
        Search
      </button>
      <button type="button" className={controls['quiet']} onClick={() => onRun(nothing)}>
        Clear
      </button>
    </form>
  )
}

interface OperationProperties {
  value: string
  service: string
  range: Range
  onChange: (value: string) => void
}

function OperationField({ value, service, range, onChange }: OperationProperties) {
  const { data } = useQuery({
    queryKey: ['operations', range, service],
    queryFn: ({ signal }) => getOperations(range, service, signal),
  })
  const names = [...new Set(data?.operations.map(({ name }) => name) ?? [])].sort()
  return (
    <label>
      Operation
      <input
        list="operations"
        value={value}
        placeholder="any"
        onChange={event => onChange(event.target.value)}
      />
      <datalist id="operations">
        {names.map(name => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </label>
  )
}

interface DurationProperties {
  title: string
  hint: string
  value: string
  onChange: (value: string) => void
}

function DurationField({ title, hint, value, onChange }: DurationProperties) {
  return (
    <label>
      {title}
      <input
        className={styles['short']}
        value={value}
        placeholder={hint}
        pattern="[0-9.]+(ns|us|µs|ms|s|m|h)"
        title="a number and a unit: 100ms, 2s"
        onChange={event => onChange(event.target.value.trim())}
      />
    </label>
  )
}

/** What is chosen stays to be seen, though it has no spans in the range. */
function withChosen(names: readonly string[], chosen: string): readonly string[] {
  return chosen === '' || names.includes(chosen) ? names : [chosen, ...names]
}
