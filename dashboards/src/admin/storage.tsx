import { useQuery } from '@tanstack/react-query'
import type { StorageAnswer } from '../../../query/index.ts'
import { getStorage } from '../api/admin.ts'
import { Bar } from '../ui/bar.tsx'
import { countOf, formatBytes, formatCount } from '../ui/format.ts'
import { Loading } from '../ui/loading.tsx'
import { Section } from '../ui/page.tsx'
import { Problem } from '../ui/problem.tsx'
import { type Column, Table } from '../ui/table.tsx'

type Service = StorageAnswer['services'][number]
type StoredTable = StorageAnswer['tables'][number]

/** What fills the disk, by tenant and service and by table, how long it is kept, and when the disk will be full. */
export function Storage() {
  const { data, error, refetch } = useQuery({
    queryKey: ['storage'],
    queryFn: ({ signal }) => getStorage(signal),
  })
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Loading what="what is stored" />
  const { disk, services, tables } = data
  const used = disk.totalBytes - disk.freeBytes
  const stored = tables.reduce((sum, { bytes }) => sum + bytes, 0)
  return (
    <Section>
      <p>
        <Bar
          share={used / disk.totalBytes}
          label={`${Math.round((used / disk.totalBytes) * 100)} % of the disk is used`}
          warn={used / disk.totalBytes > 0.9}
        />{' '}
        {formatBytes(disk.freeBytes)} of {formatBytes(disk.totalBytes)} are free; Millrace's database takes{' '}
        {formatBytes(stored)}.
      </p>
      <Forecast answer={data} />
      <h2>Retention</h2>
      <Retention answer={data} />
      <h2>Services</h2>
      <Table
        label="Services"
        columns={serviceColumns(Math.max(1, ...services.map(({ bytes }) => bytes)))}
        rows={services}
        empty="No line has come in yet."
        keyOf={({ tenant, service }) => JSON.stringify([tenant, service])}
      />
      <h2>Tables</h2>
      <Table label="Tables" columns={tableColumns} rows={tables} keyOf={({ table }) => table} />
    </Section>
  )
}

function Forecast({ answer }: { answer: StorageAnswer }) {
  const { bytesDay, fullSizeBytes, daysLeft } = answer.forecast
  if (bytesDay === 0) return <p>Nothing came in during the last day, so there is no forecast.</p>
  const course = `A day like the last takes ${formatBytes(bytesDay)} on the disk`
  if (daysLeft === null)
    return (
      <p>
        {course}: with {countOf(answer.retentionDays, 'day')} of retention the database grows to about{' '}
        {formatBytes(fullSizeBytes)} and no further. There is room for that.
      </p>
    )
  return (
    <p role="alert">
      {course}: <strong>the disk is full in about {countOf(daysLeft, 'day')}</strong>, before the{' '}
      {countOf(answer.retentionDays, 'day')} of retention take away as much as comes in. Shorten{' '}
      <code>retention.days</code>, set <code>retention.maxBytes</code>, or give the store a larger disk.
    </p>
  )
}

function Retention({ answer }: { answer: StorageAnswer }) {
  const { retentionDays, maxBytes, rules } = answer
  return (
    <ul>
      {rules.map(rule => (
        <li key={JSON.stringify(rule)}>
          <code>{rule.match}</code>
          {rule.tenant !== undefined && ` of ${rule.tenant}`}: {countOf(rule.days, 'day')}
        </li>
      ))}
      <li>
        {rules.length > 0 ? 'everything else' : 'everything'}: {countOf(retentionDays, 'day')}
      </li>
      {maxBytes !== null && (
        <li>the oldest days go where the database is larger than {formatBytes(maxBytes)}</li>
      )}
    </ul>
  )
}

function serviceColumns(largest: number): Column<Service>[] {
  return [
    { title: 'Tenant', show: row => row.tenant, sort: row => row.tenant },
    { title: 'Service', show: row => row.service || '(none)', sort: row => row.service, about: true },
    {
      title: 'Lines, last day',
      show: row => formatCount(row.linesDay),
      sort: row => row.linesDay,
      align: 'right',
    },
    {
      title: 'Text, last day',
      show: row => formatBytes(row.bytesDay),
      sort: row => row.bytesDay,
      align: 'right',
    },
    { title: 'Lines, all', show: row => formatCount(row.lines), sort: row => row.lines, align: 'right' },
    { title: 'Text, all', show: row => formatBytes(row.bytes), sort: row => row.bytes, align: 'right' },
    { title: '', show: row => <Bar share={row.bytes / largest} label={formatBytes(row.bytes)} /> },
  ]
}

const tableColumns: Column<StoredTable>[] = [
  { title: 'Table', show: row => row.table, sort: row => row.table },
  { title: 'Rows', show: row => formatCount(row.rows), sort: row => row.rows, align: 'right' },
  { title: 'On the disk', show: row => formatBytes(row.bytes), sort: row => row.bytes, align: 'right' },
  {
    title: 'Compressed',
    show: row => (row.bytes === 0 ? '' : `${Number((row.uncompressedBytes / row.bytes).toPrecision(3))} ×`),
    sort: row => row.uncompressedBytes / Math.max(1, row.bytes),
    align: 'right',
  },
]
