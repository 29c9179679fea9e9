import type { Range } from '../ui/range.ts'
import { Chart, type ChartProperties } from './chart.tsx'
import styles from './panel.module.css'
import type { Unit } from './units.ts'
import { type SeriesQuery, useSeries } from './use-series.ts'

interface Properties
  extends Partial<Pick<ChartProperties, 'height' | 'kind' | 'stack' | 'legend' | 'marks'>> {
  title: string
  queries: readonly SeriesQuery[]
  unit: Unit
  range: Range
  onBrush: (start: string, end: string) => void
}

/** Queries as one chart, with its title, and what to say where there is nothing to draw. */
export function SeriesPanel({ title, queries, unit, range, onBrush, ...chart }: Properties) {
  const { data, error } = useSeries(queries, range)
  return (
    <section className={styles['panel']} aria-label={title}>
      <h2 title={title}>{title}</h2>
      {error !== null && (
        <p role="alert" className={styles['error']}>
          {error.message}
        </p>
      )}
      {error === null && data === undefined && <p className={styles['note']}>Loading…</p>}
      {error === null && data?.series.length === 0 && (
        <p className={styles['note']}>Nothing in this range.</p>
      )}
      {error === null && data !== undefined && data.series.length > 0 && (
        <Chart times={data.times} series={data.series} unit={unit} onBrush={onBrush} {...chart} />
      )}
    </section>
  )
}
