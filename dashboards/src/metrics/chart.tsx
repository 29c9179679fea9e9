import { useEffect, useRef, useState } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { colourOf } from '../ui/palette.ts'
import { type Times, useTimes } from '../ui/times.ts'
import { formatValue, type Unit } from '../ui/units.ts'
import styles from './chart.module.css'

export interface ChartSeries {
  name: string
  values: readonly (number | null)[]
  /** A CSS colour; else one of the palette. */
  colour?: string
}

interface Properties {
  /** Unix seconds, one per value. */
  times: readonly number[]
  series: readonly ChartSeries[]
  unit: Unit
  onBrush: (start: string, end: string) => void
}

const height = 160
const maxSeries = 40

/** Lines over time. Dragging zooms; a click on a name in the legend leaves only it. */
export function Chart({ times, series, unit, onBrush }: Properties) {
  const zoned = useTimes()
  const holder = useRef<HTMLDivElement>(null)
  const [alone, setAlone] = useState<string>()
  const [at, setAt] = useState<number | null>(null)
  const brush = useRef(onBrush)
  brush.current = onBrush
  const shown = series.slice(0, maxSeries)
  useEffect(() => {
    const element = holder.current
    if (element === null) return
    const visible = series.slice(0, maxSeries)
    const options = chartOptions(element, visible, alone, unit, zoned, setAt, (start, end) =>
      brush.current(start, end),
    )
    const data = [[...times], ...visible.map(s => [...s.values])] as uPlot.AlignedData
    const plot = new uPlot(options, data, element)
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      plot.destroy()
    }
  }, [times, series, unit, alone, zoned])
  return (
    <>
      <div ref={holder} className={styles['chart']} />
      <ul className={styles['legend']}>
        {shown.map(({ name, values, colour }, i) => (
          <li key={name}>
            <button
              type="button"
              aria-pressed={alone === name}
              onClick={() => setAlone(alone === name ? undefined : name)}
            >
              <i
                style={{
                  background: colour ?? colourOf(i),
                  opacity: alone === undefined || alone === name ? 1 : 0.25,
                }}
              />
              {name}
              <span>{formatValue(at === null ? values.findLast(v => v !== null) : values[at], unit)}</span>
            </button>
          </li>
        ))}
        {series.length > maxSeries && <li>and {series.length - maxSeries} more</li>}
      </ul>
    </>
  )
}

function chartOptions(
  element: HTMLElement,
  series: readonly ChartSeries[],
  alone: string | undefined,
  unit: Unit,
  times: Times,
  onCursor: (index: number | null) => void,
  onBrush: (start: string, end: string) => void,
): uPlot.Options {
  const style = getComputedStyle(element)
  const [text, grid] = [style.getPropertyValue('--chart-text'), style.getPropertyValue('--chart-grid')]
  const axis = {
    stroke: () => style.color || text,
    grid: { stroke: grid, width: 1 },
    ticks: { show: false },
    font: '11px sans-serif',
  }
  return {
    width: element.clientWidth,
    height,
    legend: { show: false },
    cursor: { drag: { x: true, y: false, setScale: false }, sync: { key: 'millrace' } },
    scales: { y: { range: (_, low, high) => [Math.min(0, low), high <= 0 ? 1 : high * 1.08] } },
    axes: [
      {
        ...axis,
        values: (_, ticks) => ticks.map(tick => times.tick(tick * 1000, gapOf(ticks) * 1000)),
      },
      { ...axis, size: 62, values: (_, ticks) => ticks.map(tick => formatValue(tick, unit)) },
    ],
    series: [
      {},
      ...series.map(({ name, colour }, i) => ({
        label: name,
        stroke: resolved(element, colour ?? colourOf(i)),
        width: 1.5,
        show: alone === undefined || alone === name,
        points: { show: false },
      })),
    ],
    hooks: {
      setCursor: [plot => onCursor(plot.cursor.idx ?? null)],
      setSelect: [plot => brushed(plot, onBrush)],
    },
  }
}

const gapOf = (ticks: readonly number[]) => (ticks[1] ?? 0) - (ticks[0] ?? 0)

/** A canvas knows nothing of CSS variables: let the browser work the colour out. */
function resolved(element: HTMLElement, colour: string): string {
  const probe = document.createElement('span')
  probe.style.color = colour
  element.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

function brushed(plot: uPlot, onBrush: (start: string, end: string) => void): void {
  if (plot.select.width < 4) return
  const from = plot.posToVal(plot.select.left, 'x')
  const to = plot.posToVal(plot.select.left + plot.select.width, 'x')
  onBrush(String(Math.floor(from * 1000)), String(Math.ceil(to * 1000)))
}
