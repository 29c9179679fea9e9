import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getHistogram } from '../api/logs.ts'
import { levelColour, levelOrder } from '../levels.ts'
import { toMs } from '../ui/format.ts'
import { PanelFrame } from './panel-frame.tsx'

interface Properties {
  range: { start: string; end: string }
  onBrush: (start: string, end: string) => void
}

/** Lines a second by level, out of the rollups. */
export function LogRatePanel({ range, onBrush }: Properties) {
  const request = { query: '', ...range }
  const { data, error } = useQuery({
    queryKey: ['histogram', request],
    queryFn: ({ signal }) => getHistogram(request, signal),
    placeholderData: keepPreviousData,
  })
  const buckets = data?.buckets ?? []
  const seconds = (data?.stepMs ?? 1000) / 1000
  const present = levelOrder.filter(level => buckets.some(bucket => (bucket.counts[level] ?? 0) > 0))
  const series =
    data &&
    present.map(level => ({
      name: level,
      colour: levelColour(level),
      values: buckets.map(b => (b.counts[level] ?? 0) / seconds),
    }))
  return (
    <PanelFrame
      title="Log lines"
      unit="lines/s"
      times={buckets.map(bucket => toMs(bucket.start) / 1000)}
      series={series}
      error={error}
      onBrush={onBrush}
    />
  )
}
