import { useQuery } from '@tanstack/react-query'
import type { StreamTransactionsAnswer } from '../../../query/index.ts'
import { getTransactions } from '../api/streams.ts'
import { Badge } from '../ui/badge.tsx'
import { Empty } from '../ui/empty.tsx'
import { formatSpan } from '../ui/format.ts'
import { Loading } from '../ui/loading.tsx'
import { Section } from '../ui/page.tsx'
import { Problem } from '../ui/problem.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { refreshMs } from './topics.tsx'

type Transaction = StreamTransactionsAnswer['transactions'][number]

/** Who writes in transactions, and which are open for too long: readers of committed records wait for those. */
export function Transactions() {
  const { data, error, refetch } = useQuery({
    queryKey: ['transactions'],
    queryFn: ({ signal }) => getTransactions(signal),
    refetchInterval: refreshMs,
  })
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Loading what="transactions" />
  if (data.transactions.length === 0) return <Empty title="No producer uses transactions" />
  return (
    <Section>
      <Table label="Transactions" columns={columns} rows={data.transactions} keyOf={t => t.transactionalId} />
    </Section>
  )
}

const columns: Column<Transaction>[] = [
  { title: 'Transactional id', show: t => t.transactionalId, sort: t => t.transactionalId, about: true },
  { title: 'State', show: t => t.state, sort: t => t.state },
  {
    title: 'Open for',
    show: t => (t.openMs === null ? '' : formatSpan(t.openMs)),
    sort: t => t.openMs ?? -1,
    align: 'right',
  },
  { title: 'Its limit', show: t => formatSpan(t.timeoutMs), sort: t => t.timeoutMs, align: 'right' },
  {
    title: '',
    show: t => t.overdue && <Badge tone="bad">open too long</Badge>,
  },
  {
    title: 'Partitions',
    show: t => t.partitions.map(({ topic, partition }) => `${topic}-${partition}`).join(', '),
  },
  {
    title: 'To end one that hangs',
    show: t => t.overdue && <code>millrace transactions abort {t.transactionalId}</code>,
  },
]
