import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { MetricNamesAnswer } from '../../../query/index.ts'
import { getLabelValues } from '../api/series.ts'
import { unitWords } from '../charts/units.ts'
import controls from '../ui/controls.module.css'
import { Empty } from '../ui/empty.tsx'
import { FindField } from '../ui/find-field.tsx'
import { countOf, formatCount } from '../ui/format.ts'
import { Loading } from '../ui/loading.tsx'
import { Note, Tools } from '../ui/page.tsx'
import { Problem } from '../ui/problem.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { useFind } from '../ui/use-find.ts'
import { promQlOf, usualOf } from './build.ts'

export type Metric = MetricNamesAnswer['metrics'][number]

interface Properties {
  metrics: readonly Metric[]
  loading: boolean
  error: Error | null
  onChoose: (query: string) => void
  onRetry: () => void
}

const shown = 300
const ways = [
  {
    what: 'metrics of this host, in millrace.yaml',
    command: 'agent: { sources: [ { type: hostmetrics } ] }',
  },
  {
    what: 'of Prometheus exporters',
    command: 'agent: { sources: [ { type: prometheus, targets: [ 127.0.0.1:9100 ] } ] }',
  },
]

/** All metrics with what they are; one opens as what one mostly wants of it. */
export function Browser({ metrics, loading, error, onChoose, onRetry }: Properties) {
  const [sought, setSought] = useFind()
  if (error !== null) return <Problem error={error} onRetry={onRetry} />
  if (loading) return <Loading what="metrics" />
  if (metrics.length === 0) return <Empty title="No metric has come in yet" commands={ways} />
  const words = sought.toLowerCase().split(/\s+/)
  const found = metrics
    .filter(({ name, description }) =>
      words.every(word => `${name} ${description}`.toLowerCase().includes(word)),
    )
    .toSorted((a, b) => a.name.localeCompare(b.name))
  return (
    <>
      <Tools>
        <FindField
          value={sought}
          onChange={setSought}
          hint="a part of its name or of what it means"
          size={40}
        />
        <span>
          {formatCount(found.length)} of {countOf(metrics.length, 'metric')}
        </span>
      </Tools>
      <Table
        label="Metrics"
        columns={columns}
        rows={found.slice(0, shown)}
        keyOf={({ name }) => name}
        onOpen={({ name, type }) => onChoose(promQlOf(usualOf(name, type)))}
      />
      {found.length > shown && <Note>The first {shown} are shown: look for a part of the name.</Note>}
    </>
  )
}

const columns: Column<Metric>[] = [
  { title: 'Metric', show: metric => <code>{metric.name}</code>, sort: metric => metric.name, about: true },
  { title: 'Type', show: metric => metric.type, sort: metric => metric.type },
  { title: 'Unit', show: metric => unitWords(metric.unit), sort: metric => metric.unit },
  { title: 'What it is', show: metric => metric.description },
  {
    title: 'Series',
    show: metric => formatCount(metric.series),
    sort: metric => metric.series,
    align: 'right',
  },
  { title: 'From', show: metric => <Origin metric={metric.name} />, oneLine: true },
]

/** Which services send it: asked for when somebody wants to know. */
function Origin({ metric }: { metric: string }) {
  const [asked, setAsked] = useState(false)
  const { data, error } = useQuery({
    queryKey: ['origin', metric],
    queryFn: ({ signal }) => getLabelValues('service', `{__name__=${JSON.stringify(metric)}}`, signal),
    enabled: asked,
  })
  if (error !== null) return error.message
  if (data !== undefined) return data.join(', ') || 'no service'
  return (
    <button
      type="button"
      className={controls['link']}
      onClick={event => {
        event.stopPropagation()
        setAsked(true)
      }}
    >
      {asked ? 'asking…' : 'which services?'}
    </button>
  )
}
