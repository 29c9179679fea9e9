import type { Unit } from '../ui/units.ts'
import { Chart, type ChartSeries } from './chart.tsx'
import styles from './panel-frame.module.css'

interface Properties {
  title: string
  unit: Unit
  /** Unix seconds. */
  times: readonly number[]
  /** Undefined while loading. */
  series: readonly ChartSeries[] | undefined
  error: Error | null
  onBrush: (start: string, end: string) => void
  wide?: boolean
}

/** Title, chart, and what to say where there is none. */
export function PanelFrame({ title, unit, times, series, error, onBrush, wide = false }: Properties) {
  return (
    <section className={wide ? styles['wide'] : styles['panel']} aria-label={title}>
      <h2>{title}</h2>
      {error !== null && (
        <p role="alert" className={styles['error']}>
          {error.message}
        </p>
      )}
      {error === null && series === undefined && <p className={styles['note']}>Loading…</p>}
      {error === null && series?.length === 0 && (
        <p className={styles['note']}>Nothing in this range yet. Host metrics come every 15 s.</p>
      )}
      {error === null && series !== undefined && series.length > 0 && (
        <Chart times={times} series={series} unit={unit} onBrush={onBrush} />
      )}
    </section>
  )
}
