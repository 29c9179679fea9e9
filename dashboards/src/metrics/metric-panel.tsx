import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getMetrics } from '../api/metrics.ts'
import { toMs } from '../ui/format.ts'
import { PanelFrame } from './panel-frame.tsx'
import type { Panel } from './panels.ts'

interface Properties {
  panel: Panel
  range: { start: string; end: string }
  onBrush: (start: string, end: string) => void
  wide?: boolean
}

/** One PromQL query as a chart. */
export function MetricPanel({ panel, range, onBrush, wide = false }: Properties) {
  const request = { query: panel.query, ...range }
  const { data, error } = useQuery({
    queryKey: ['metrics', request],
    queryFn: ({ signal }) => getMetrics(request, signal),
    placeholderData: keepPreviousData,
  })
  const series = data?.series.map(({ labels, values }) => ({ name: nameOf(labels, panel.by), values }))
  const times = data?.series[0]?.values.map((_, i) => toMs(data.start) / 1000 + (i * data.stepMs) / 1000)
  return (
    <PanelFrame
      title={panel.title}
      unit={panel.unit}
      times={times ?? []}
      series={series}
      error={error}
      onBrush={onBrush}
      wide={wide}
    />
  )
}

function nameOf(labels: Readonly<Record<string, string>>, by: string | undefined): string {
  if (by !== undefined && labels[by] !== undefined) return labels[by]
  const { __name__: name = '', ...rest } = labels
  const pairs = Object.entries(rest).map(([key, value]) => `${key}="${value}"`)
  return pairs.length === 0 ? name || 'value' : `${name}{${pairs.join(', ')}}`
}
