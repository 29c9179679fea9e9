import { useQuery } from '@tanstack/react-query'
import { getRuleGroups } from '../api/alerts.ts'
import { getSeries } from '../api/series.ts'
import type { ApiSeries } from '../charts/align.ts'
import { Empty } from '../ui/empty.tsx'
import { formatSpan } from '../ui/format.ts'
import { Loading } from '../ui/loading.tsx'
import { Section } from '../ui/page.tsx'
import { Problem } from '../ui/problem.tsx'
import { momentsOf, useFixedRange } from '../ui/range.ts'
import { Table } from '../ui/table.tsx'
import { useTimes } from '../ui/times.ts'
import { DataLink } from './data-link.tsx'
import { gridOf, type Span, spansOf } from './firing-spans.ts'
import { writeMatchers } from './matchers.ts'
import { Timeline } from './timeline.tsx'

const maxSpans = 500

interface Fired extends Span {
  name: string
  labels: string
}

/** What fired for less may be missed. */
const intervalMs = 60_000

/** When alerts fired in the last week, each with the way to the data that made it fire. */
export function History() {
  const times = useTimes()
  const { range } = useFixedRange({ start: 'now-7d', end: 'now' })
  const { startMs, endMs } = momentsOf(range)
  const grid = gridOf(range, intervalMs)
  const fired = useQuery({
    queryKey: ['alert-history', range],
    queryFn: ({ signal }) => getSeries('promql', 'ALERTS{alertstate="firing"}', grid, signal),
  })
  const groups = useQuery({ queryKey: ['rules'], queryFn: ({ signal }) => getRuleGroups(signal) })
  if (fired.error !== null) return <Problem error={fired.error} onRetry={() => void fired.refetch()} />
  if (fired.data === undefined) return <Loading what="what fired" />
  if (fired.data.series.length === 0) return <Empty title="No alert fired in the last week" />
  const ruleOf = (name: string) => groups.data?.flatMap(group => group.rules).find(rule => rule.name === name)
  const rows = fired.data.series.map(series => toRow(series, grid.stepMs))
  const all: Fired[] = rows.flatMap(row =>
    row.spans.map(span => ({ ...span, name: row.alert, labels: row.name })),
  )
  return (
    <Section>
      <Timeline rows={rows} fromMs={startMs} toMs={endMs} />
      <Table
        label="Alerts that fired"
        columns={[
          { title: 'Alert', show: row => row.labels, sort: row => row.labels, about: true },
          { title: 'From', show: row => times.dateTime(row.fromMs), sort: row => row.fromMs },
          {
            title: 'For',
            show: row => formatSpan(row.toMs - row.fromMs),
            sort: row => row.toMs - row.fromMs,
          },
          { title: 'The data', show: row => <DataLink rule={ruleOf(row.name)} {...row} /> },
        ]}
        rows={all.sort((a, b) => b.fromMs - a.fromMs).slice(0, maxSpans)}
        keyOf={row => row.labels + row.fromMs}
      />
    </Section>
  )
}

function toRow({ metric, values = [] }: ApiSeries, stepMs: number) {
  const { __name__: _name, alertname = '', alertstate: _state, ...labels } = metric
  return {
    alert: alertname,
    name: `${alertname} {${writeMatchers(own(labels))}}`,
    spans: spansOf(values, stepMs),
  }
}

/** Labels of the alert, without those of how its series came here. */
function own(labels: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).filter(
      ([name]) => !/^(?:otel_|service_name$|service_version$|job$|host_name$)/.test(name),
    ),
  )
}
