import { MetricPanel } from '../metrics/metric-panel.tsx'
import { useFixedRange } from '../ui/range.ts'

/** How far a group was behind over the last hour, as the broker measured it. */
export function LagHistory({ group }: { group: string }) {
  const { range } = useFixedRange({ start: 'now-1h', end: 'now' })
  const query = `sum by (topic) (millrace_broker_group_lag{group=${JSON.stringify(group)}})`
  return (
    <MetricPanel
      wide
      panel={{ title: 'Records behind, last hour', query, unit: 'number', by: 'topic' }}
      range={range}
      onBrush={() => undefined}
    />
  )
}
