import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { AuditAnswer } from '../../../query/index.ts'
import { getAudit } from '../api/admin.ts'
import { Badge } from '../ui/badge.tsx'
import { Empty } from '../ui/empty.tsx'
import { FindField } from '../ui/find-field.tsx'
import { formatCount, formatDuration } from '../ui/format.ts'
import { Loading } from '../ui/loading.tsx'
import { Section, Tools } from '../ui/page.tsx'
import { Problem } from '../ui/problem.tsx'
import { Stale } from '../ui/stale.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { type Times, useTimes } from '../ui/times.ts'
import { useFind } from '../ui/use-find.ts'

type Entry = AuditAnswer['entries'][number]

/** Who asked what, and what came of it. */
export function Audit() {
  const times = useTimes()
  const [text, setText] = useFind()
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: ['audit', text],
    queryFn: ({ signal }) => getAudit(text, signal),
    placeholderData: keepPreviousData,
  })
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Loading what="the audit log" />
  if (!data.audited && data.entries.length === 0)
    return (
      <Empty title="Requests are not written down">
        <p>
          <code>query.audit: true</code> in millrace.yaml changes that; with tokens they always are.
        </p>
      </Empty>
    )
  return (
    <Section>
      <Tools>
        <FindField value={text} onChange={setText} />
      </Tools>
      <Stale when={isPlaceholderData}>
        <Table
          label="Requests"
          columns={columnsOf(times)}
          rows={data.entries}
          keyOf={entry => entry.time + entry.path + entry.parameters + entry.ms}
        />
      </Stale>
    </Section>
  )
}

function columnsOf(times: Times): Column<Entry>[] {
  return [
    { title: 'Time', show: entry => times.dateTime(Date.parse(entry.time)), sort: entry => entry.time },
    {
      title: 'Who',
      show: entry => entry.token || entry.address,
      sort: entry => entry.token || entry.address,
    },
    { title: 'Tenant', show: entry => entry.tenant, sort: entry => entry.tenant },
    { title: 'What', show: entry => `${entry.method} ${entry.path}`, sort: entry => entry.path, about: true },
    { title: 'Asked', show: entry => <code>{decoded(entry.parameters)}</code> },
    {
      title: 'Answer',
      show: entry => <Badge tone={entry.status < 400 ? 'good' : 'bad'}>{String(entry.status)}</Badge>,
      sort: entry => entry.status,
    },
    { title: 'Took', show: entry => formatDuration(entry.ms * 1e6), sort: entry => entry.ms, align: 'right' },
    { title: 'Rows', show: entry => formatCount(entry.rows), sort: entry => entry.rows, align: 'right' },
  ]
}

function decoded(parameters: string): string {
  return [...new URLSearchParams(parameters)].map(([name, value]) => `${name}=${value}`).join(' ')
}
