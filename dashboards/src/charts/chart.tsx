import { useEffect, useMemo, useRef, useState } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { strokeOf } from '../ui/palette.ts'
import { useTimes } from '../ui/times.ts'
import { farthest, stacked } from './align.ts'
import styles from './chart.module.css'
import { chartOptions, type Mark } from './chart-options.ts'
import { Legend } from './legend.tsx'
import { Tip } from './tip.tsx'
import type { Unit } from './units.ts'

export interface ChartSeries {
  name: string
  values: readonly (number | null)[]
  /** A CSS colour; else one of the palette. */
  colour?: string
  /** On an axis of its own at the right, in this unit. */
  right?: Unit
}

export interface ChartProperties {
  /** Unix seconds, one per value. */
  times: readonly number[]
  series: readonly ChartSeries[]
  unit: Unit
  onBrush: (start: string, end: string) => void
  height?: number
  kind?: 'line' | 'area' | 'bars'
  stack?: boolean
  legend?: 'list' | 'table' | 'none'
  /** Moments to be marked, as annotations and exemplars are. */
  marks?: readonly Mark[]
}

const usualHeight = 160
const maxSeries = 50

/** As many as are drawn, and how. */
function withStrokes(series: readonly ChartSeries[], kind: 'line' | 'area' | 'bars') {
  return farthest(series, maxSeries).map((one, i) => ({
    ...one,
    ...(one.colour === undefined ? strokeOf(i, kind) : { colour: one.colour, dash: [] }),
  }))
}

/** Values over time. Dragging zooms; a click on a name in the legend leaves only it; the pointer shows all values of its moment. */
export function Chart(properties: ChartProperties) {
  const { times, series, unit, onBrush, height = usualHeight, kind = 'line', legend = 'list' } = properties
  const { stack = false, marks } = properties
  const plot = useRef<uPlot>(null)
  const holder = useRef<HTMLDivElement>(null)
  const zoned = useTimes()
  const [alone, setAlone] = useState<string>()
  const [at, setAt] = useState<{ index: number; left: number } | null>(null)
  const brush = useRef(onBrush)
  brush.current = onBrush
  const shown = useMemo(() => withStrokes(series, kind), [series, kind])
  useEffect(() => {
    const element = holder.current
    if (element === null) return
    const options = chartOptions({
      element,
      series: shown,
      unit,
      times: zoned,
      height,
      kind,
      stack,
      marks: marks ?? [],
      onCursor: setAt,
      onBrush: (start, end) => brush.current(start, end),
    })
    const values = shown.map(one => one.values)
    const drawn = stack ? stacked(values) : values
    const data = [[...times], ...drawn.map(own => [...own])] as uPlot.AlignedData
    const made = new uPlot(options, data, element)
    plot.current = made
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      made.destroy()
      plot.current = null
    }
  }, [times, shown, unit, zoned, height, kind, stack, marks])
  // a drawing that is there is changed: to make another takes many times as long
  // biome-ignore lint/correctness/useExhaustiveDependencies: a drawing made anew shows all of its series
  useEffect(() => {
    const { current } = plot
    current?.batch(() => {
      shown.forEach(({ name }, i) => {
        current.setSeries(i + 1, { show: alone === undefined || alone === name })
      })
    })
  }, [alone, times, shown, unit, zoned, height, kind, stack, marks])
  const entries = shown.map(one => ({ ...one, unit: one.right ?? unit }))
  return (
    <>
      <div className={styles['frame']} style={{ height }}>
        <div ref={holder} className={styles['chart']} style={{ height }} />
        {at !== null && times[at.index] !== undefined && (
          <Tip
            title={zoned.dateTime((times[at.index] ?? 0) * 1000)}
            left={at.left}
            rows={entries
              .filter(entry => alone === undefined || entry.name === alone)
              .map(entry => ({ ...entry, value: entry.values[at.index] ?? null }))}
          />
        )}
      </div>
      {legend !== 'none' && (
        <Legend entries={entries} kind={legend} alone={alone} onAlone={setAlone} at={at?.index ?? null} />
      )}
      {series.length > maxSeries && (
        <p className={styles['more']}>
          The highest {maxSeries} of {series.length} are drawn: take fewer by topk or by sum by (…).
        </p>
      )}
    </>
  )
}
