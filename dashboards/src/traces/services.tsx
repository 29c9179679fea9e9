import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { RedAnswer } from '../../../query/index.ts'
import { getRed } from '../api/traces.ts'
import { Badge } from '../ui/badge.tsx'
import controls from '../ui/controls.module.css'
import { formatCount, formatDuration } from '../ui/format.ts'
import { Loading } from '../ui/loading.tsx'
import { Problem } from '../ui/problem.tsx'
import { momentsOf, type Range } from '../ui/range.ts'
import { Sparkline } from '../ui/sparkline.tsx'
import { Stale } from '../ui/stale.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { healthOf } from './health.ts'
import { NoTraces } from './no-traces.tsx'
import styles from './search.module.css'
import type { ChangeTraces } from './view.ts'

type Series = RedAnswer['series'][number]

interface Properties {
  /** Whose operations are shown; '' for all services. */
  service: string
  /** Whether all services are shown by their operations. */
  operations: boolean
  range: Range
  onChange: ChangeTraces
}

/** Rate, errors and durations of each service, which opens into its operations, or of all operations of all of them. */
export function Services({ service, operations, range, onChange }: Properties) {
  const isAll = service === '' && operations
  const by = { service, by: service === '' && !operations ? ('service' as const) : ('operation' as const) }
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: ['red', range, by],
    queryFn: ({ signal }) => getRed(range, by, signal),
    placeholderData: keepPreviousData,
  })
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Loading what="the services" />
  if (data.series.length === 0)
    return <NoTraces title="No spans in this range" start={range.start} onChange={onChange} />
  const { startMs, endMs } = momentsOf(range)
  const open = (row: Series) =>
    service === '' && !isAll
      ? onChange({ service: row.service })
      : onChange({ tab: 'search', service: row.service, operation: row.operation })
  return (
    <div className={styles['search']}>
      {service !== '' && (
        <p>
          <button type="button" className={controls['button']} onClick={() => onChange({ service: '' })}>
            ← All services
          </button>{' '}
          Operations of <strong>{service}</strong>; one opens its traces.
        </p>
      )}
      {service === '' && (
        <p>
          <button
            type="button"
            className={operations ? controls['pressed'] : controls['button']}
            aria-pressed={operations}
            onClick={() => onChange({ operations: !operations })}
          >
            All operations
          </button>
        </p>
      )}
      {data.warnings.map(warning => (
        <p key={warning} className={styles['warning']}>
          {warning}
        </p>
      ))}
      <Stale when={isPlaceholderData}>
        <Table
          label={isAll ? 'All operations' : service === '' ? 'Services' : `Operations of ${service}`}
          columns={columnsOf(service, isAll, (endMs - startMs) / 1000)}
          rows={data.series}
          keyOf={row => JSON.stringify([row.service, row.operation])}
          onOpen={open}
        />
      </Stale>
    </div>
  )
}

function columnsOf(service: string, isAll: boolean, seconds: number): Column<Series>[] {
  const isByService = service === '' && !isAll
  const nameOf = (row: Series) => (isByService ? row.service : row.operation)
  const whose: Column<Series> = { title: 'Service', show: row => row.service, sort: row => row.service }
  return [
    ...(isAll ? [whose] : []),
    { title: isByService ? 'Service' : 'Operation', show: nameOf, sort: nameOf, about: true },
    {
      title: 'Calls a second',
      show: row => formatCount(row.calls / seconds),
      sort: row => row.calls,
      align: 'right',
    },
    { title: 'Calls', show: row => course(row, step => step.calls, `calls of ${nameOf(row)}`) },
    { title: 'Errors', show: row => errorShare(row), sort: row => row.errors / row.calls, align: 'right' },
    { title: 'Errors over time', show: row => course(row, step => step.errors, `errors of ${nameOf(row)}`) },
    { title: 'p50', show: row => formatDuration(row.p50Ns), sort: row => row.p50Ns, align: 'right' },
    { title: 'p95', show: row => formatDuration(row.p95Ns), sort: row => row.p95Ns, align: 'right' },
    { title: 'p99', show: row => formatDuration(row.p99Ns), sort: row => row.p99Ns, align: 'right' },
    { title: 'p99 over time', show: row => course(row, step => step.p99Ns, `p99 of ${nameOf(row)}`) },
  ]
}

function errorShare({ calls, errors }: Series) {
  const share = `${Number(((errors / calls) * 100).toPrecision(2))} %`
  const health = healthOf(errors / calls)
  return health === 'good' ? share : <Badge tone={health}>{share}</Badge>
}

function course(row: Series, of: (step: Series['steps'][number]) => number | null, label: string) {
  return <Sparkline values={row.steps.map(of)} label={label} />
}
