import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useMemo, useState } from 'react'
import { getFacets, getHistogram, type LogsRequest } from '../../api/logs.ts'
import controls from '../../ui/controls.module.css'
import { Dialog } from '../../ui/dialog.tsx'
import { countOf, formatCount, toMs } from '../../ui/format.ts'
import { useTimes } from '../../ui/times.ts'
import styles from './fields.module.css'

const Chart = lazy(() => import('../../charts/chart.tsx').then(module => ({ default: module.Chart })))

/** Of a field that is a number its extremes, mean, quantiles and distribution; of any its commonest values over time. */
export function FieldFigures({ field, request }: { field: string; request: LogsRequest }) {
  const [isOverTime, setOverTime] = useState(false)
  const asked = { ...request, fields: field, statistics: true, limit: 20 }
  const { data, error } = useQuery({
    queryKey: ['facets', asked],
    queryFn: ({ signal }) => getFacets(asked, signal),
  })
  const found = data?.facets.find(facet => facet.field === field)?.statistics
  return (
    <div className={styles['figures']}>
      {error !== null && <p>{error.message}</p>}
      {data !== undefined && found === undefined && <p>Its values are no numbers.</p>}
      {found !== undefined && <Statistics {...found} />}
      <button type="button" className={controls['link']} onClick={() => setOverTime(true)}>
        Commonest values over time
      </button>
      {isOverTime && (
        <Dialog title={`${field}: commonest values over time`} onClose={() => setOverTime(false)}>
          <OverTime field={field} request={request} />
        </Dialog>
      )}
    </div>
  )
}

interface Numbers {
  count: number
  min: number
  max: number
  avg: number
  p50: number
  p90: number
  p99: number
  distribution: readonly { from: number; to: number; count: number }[]
}

function Statistics({ count, min, avg, p50, p90, p99, max, distribution }: Numbers) {
  const highest = Math.max(1, ...distribution.map(part => part.count))
  const rows = [
    ['least', min],
    ['mean', avg],
    ['median', p50],
    ['90 %', p90],
    ['99 %', p99],
    ['greatest', max],
    ['lines', count],
  ] as const
  return (
    <>
      <dl>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{formatCount(value)}</dd>
          </div>
        ))}
      </dl>
      <div
        className={styles['distribution']}
        role="img"
        aria-label={`Distribution from ${formatCount(min)} to ${formatCount(max)}`}
      >
        {distribution.map(part => (
          <i
            key={part.from}
            className={styles['bin']}
            style={{ height: `${(part.count / highest) * 100}%` }}
            title={`${formatCount(part.from)} to ${formatCount(part.to)}: ${countOf(part.count, 'line')}`}
          />
        ))}
      </div>
    </>
  )
}

function OverTime({ field, request }: { field: string; request: LogsRequest }) {
  const { zone } = useTimes()
  const { data, error } = useQuery({
    queryKey: ['histogram', zone, request, field],
    queryFn: ({ signal }) => getHistogram(request, zone, signal, field),
  })
  const drawn = useMemo(() => {
    const buckets = data?.buckets ?? []
    const names = [...new Set(buckets.flatMap(({ counts }) => Object.keys(counts)))]
    return {
      times: buckets.map(({ start }) => toMs(start) / 1000),
      series: names.map(name => ({ name, values: buckets.map(({ counts }) => counts[name] ?? 0) })),
    }
  }, [data])
  if (error !== null) return <p role="alert">{error.message}</p>
  if (data === undefined) return <p>Counting…</p>
  return (
    <div className={styles['over']}>
      <Suspense fallback={<p>Loading…</p>}>
        <Chart {...drawn} unit="number" onBrush={() => undefined} />
      </Suspense>
    </div>
  )
}
