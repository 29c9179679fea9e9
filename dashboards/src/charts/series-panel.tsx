import { Answered } from '../ui/answered.tsx'
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
      <Answered data={data} error={error} empty={found => nothingIn(found.series)}>
        {({ times, series }) => (
          <Chart times={times} series={series} unit={unit} onBrush={onBrush} {...chart} />
        )}
      </Answered>
    </section>
  )
}

/** What is said where there is nothing to draw. */
export function nothingIn(series: readonly unknown[]): string | undefined {
  return series.length === 0 ? 'Nothing in this range.' : undefined
}
