import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import type { TraceAnswer } from '../../../query/index.ts'
import { getTrace } from '../api/traces.ts'
import controls from '../ui/controls.module.css'
import { formatDuration } from '../ui/format.ts'
import { Loading } from '../ui/loading.tsx'
import { Problem } from '../ui/problem.tsx'
import { type Column, Table } from '../ui/table.tsx'
import styles from './comparison.module.css'
import { type Difference, differencesOf } from './difference.ts'

interface Properties {
  trace: TraceAnswer
  /** The id of the trace that this one is held against. */
  other: string
  onClose: () => void
}

/** Two traces by what their services did, the greatest difference first. */
export function Comparison({ trace, other, onClose }: Properties) {
  const { data, error } = useQuery({
    queryKey: ['trace', other],
    queryFn: ({ signal }) => getTrace(other, signal),
  })
  return (
    <section className={styles['comparison']} aria-label="Compared with another trace">
      <p className={styles['head']}>
        Compared with <Link href={`/traces/${other}`}>{other.slice(0, 8)}</Link>
        {data !== undefined && (
          <span>
            {formatDuration(trace.durationNs)} here, {formatDuration(data.durationNs)} there
          </span>
        )}
        <button type="button" className={controls['quiet']} onClick={onClose}>
          Close
        </button>
      </p>
      {error !== null && <Problem error={error} />}
      {data === undefined && error === null && <Loading what="both traces" />}
      {data !== undefined && (
        <Table
          label="Differences"
          columns={columns}
          rows={differencesOf(trace.spans, data.spans)}
          keyOf={({ service, name }) => JSON.stringify([service, name])}
        />
      )}
    </section>
  )
}

const signed = (ns: number) => `${ns < 0 ? '−' : '+'}${formatDuration(Math.abs(ns))}`

const columns: Column<Difference>[] = [
  { title: 'Service', show: row => row.service, sort: row => row.service },
  { title: 'Operation', show: row => row.name, sort: row => row.name, about: true },
  { title: 'Here', show: ({ counts, durationsNs }) => side(counts[0], durationsNs[0]), align: 'right' },
  { title: 'There', show: ({ counts, durationsNs }) => side(counts[1], durationsNs[1]), align: 'right' },
  {
    title: 'There takes',
    show: ({ durationsNs: [a, b] }) => signed(b - a),
    sort: ({ durationsNs: [a, b] }) => b - a,
    align: 'right',
  },
  { title: 'Errors here, there', show: ({ errors }) => errors.join(', '), align: 'right' },
]

function side(count: number, durationNs: number): string {
  return count === 0 ? 'not there' : `${count} × ${formatDuration(Math.round(durationNs / count))}`
}
