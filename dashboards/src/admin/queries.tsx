import { useQuery } from '@tanstack/react-query'
import type { QueriesAnswer } from '../../../query/index.ts'
import { getQueries, killQuery } from '../api/admin.ts'
import { Bar } from '../ui/bar.tsx'
import controls from '../ui/controls.module.css'
import { Empty } from '../ui/empty.tsx'
import { formatBytes, formatCount, formatDuration } from '../ui/format.ts'
import { Loading } from '../ui/loading.tsx'
import { Section } from '../ui/page.tsx'
import { Problem } from '../ui/problem.tsx'
import { type Column, Table } from '../ui/table.tsx'

type Query = QueriesAnswer['queries'][number]

const refreshMs = 2_000

/** What is asked of the store now, how far it is, and the way to end it. */
export function Queries() {
  const { data, error, refetch } = useQuery({
    queryKey: ['running'],
    queryFn: ({ signal }) => getQueries(signal),
    refetchInterval: refreshMs,
  })
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Loading what="running queries" />
  // this list is asked for itself
  const others = data.queries.filter(({ path }) => path !== '/api/queries')
  if (others.length === 0) return <Empty title="Nothing runs now" />
  const kill = async (id: string) => {
    await killQuery(id)
    await refetch()
  }
  return (
    <Section>
      <Table label="Running queries" columns={columnsOf(kill)} rows={others} keyOf={({ id }) => id} />
    </Section>
  )
}

function columnsOf(kill: (id: string) => Promise<void>): Column<Query>[] {
  return [
    {
      title: 'Runs for',
      show: q => formatDuration(q.elapsedMs * 1e6),
      sort: q => q.elapsedMs,
      align: 'right',
    },
    { title: 'What', show: q => q.path, sort: q => q.path },
    { title: 'Query', show: q => <code>{q.query}</code>, about: true },
    { title: 'Tenant', show: q => q.tenant, sort: q => q.tenant },
    { title: 'Token', show: q => q.token, sort: q => q.token },
    {
      title: 'Rows read',
      show: q => `${formatCount(q.rows)} of ${formatCount(Math.max(q.rows, q.rowsToRead))}`,
      sort: q => q.rows,
      align: 'right',
    },
    {
      title: 'Progress',
      show: q => (
        <Bar share={q.rowsToRead === 0 ? 0 : q.rows / q.rowsToRead} label="rows read of those to read" />
      ),
    },
    { title: 'Memory', show: q => formatBytes(q.memoryBytes), sort: q => q.memoryBytes, align: 'right' },
    {
      title: '',
      show: q => (
        <button type="button" className={controls['danger']} onClick={() => void kill(q.id)}>
          End
        </button>
      ),
    },
  ]
}
