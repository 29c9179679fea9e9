import { SeriesPanel } from '../charts/series-panel.tsx'
import { useFixedRange } from '../ui/range.ts'

/** How far a group was behind over the last hour, as the broker measured it. */
export function LagHistory({ group }: { group: string }) {
  const { range } = useFixedRange({ start: 'now-1h', end: 'now' })
  const query = `sum by (topic) (millrace_broker_group_lag{group=${JSON.stringify(group)}})`
  return (
    <SeriesPanel
      title="Records behind, last hour"
      queries={[{ language: 'promql', query, legend: '{{topic}}' }]}
      unit="number"
      range={range}
      onBrush={() => undefined}
    />
  )
}
