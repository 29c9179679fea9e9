import { type PointerEvent, useEffect, useMemo, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import type { Exemplar } from '../api/series.ts'
import { formatCount } from '../ui/format.ts'
import { TimeAxis } from '../ui/time-axis.tsx'
import { useTimes } from '../ui/times.ts'
import { type HeatRow, scaleOf } from './heat.ts'
import styles from './heat-map.module.css'
import { formatValue, type Unit } from './units.ts'

/** In the narrowest panel there is room for so many moments. */
const mostTicks = 4

interface Properties {
  rows: readonly HeatRow[]
  /** Unix seconds. */
  times: readonly number[]
  unit: Unit
  exemplars?: readonly Exemplar[]
  height?: number
}

/** How many observations lay between which bounds, over time: the darker the more. A dot opens the trace of an observation. */
export function HeatMap({ rows, times, unit, exemplars = [], height = 200 }: Properties) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const zoned = useTimes()
  const [, navigate] = useLocation()
  const [said, setSaid] = useState('')
  const most = useMemo(() => Math.max(1e-12, ...rows.flatMap(row => row.counts)), [rows])
  useEffect(() => {
    if (canvas.current !== null) draw(canvas.current, rows, times.length, most)
  }, [rows, times, most])
  const say = (event: PointerEvent<HTMLCanvasElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    const column = Math.floor(((event.clientX - box.left) / box.width) * times.length)
    const row = rows[rows.length - 1 - Math.floor(((event.clientY - box.top) / box.height) * rows.length)]
    if (row === undefined) return
    const between = `${formatValue(row.lower, unit)} to ${formatValue(row.upper, unit)}`
    setSaid(
      `${zoned.dateTime((times[column] ?? 0) * 1000)} · ${between} · ${formatCount(row.counts[column] ?? 0)}`,
    )
  }
  const { startMs, endMs } = spanOf(times)
  if (rows.length === 0) return <p className={styles['none']}>Nothing was observed in this range.</p>
  return (
    <figure className={styles['figure']}>
      <div className={styles['scale']} aria-hidden="true">
        {scaleOf(rows).map(({ bound, share }) => (
          <span key={bound} style={{ bottom: `${share * 100}%` }}>
            {formatValue(bound, unit)}
          </span>
        ))}
      </div>
      <div className={styles['plot']} style={{ height }}>
        <canvas
          ref={canvas}
          role="img"
          aria-label={`Heat map of ${rows.length} buckets`}
          onPointerMove={say}
          onPointerLeave={() => setSaid('')}
        />
        {exemplars.map(({ traceId, value, atMs }) => (
          <button
            key={traceId + atMs}
            type="button"
            className={styles['exemplar']}
            style={{
              left: `${((atMs - startMs) / (endMs - startMs)) * 100}%`,
              bottom: `${(heightOf(rows, value) / rows.length) * 100}%`,
            }}
            title={`${formatValue(value, unit)}: open its trace`}
            aria-label={`trace ${traceId}, ${formatValue(value, unit)}`}
            onClick={() => navigate(`/traces/${traceId}`)}
          />
        ))}
      </div>
      <div className={styles['times']}>
        <TimeAxis startMs={startMs} endMs={endMs} most={mostTicks} />
      </div>
      <figcaption>
        {said || `${zoned.dateTime(startMs)} to ${zoned.dateTime(endMs)}, at most ${formatCount(most)}`}
      </figcaption>
    </figure>
  )
}

/** From when to when the columns reach: each has what was observed since the one before. */
function spanOf(times: readonly number[]): { startMs: number; endMs: number } {
  const [first = 0, second = first + 1] = times
  const stepMs = (second - first) * 1000
  return { startMs: first * 1000 - stepMs, endMs: (times.at(-1) ?? first) * 1000 }
}

/** How high a value lies, counted in rows. */
function heightOf(rows: readonly HeatRow[], value: number): number {
  const row = rows.findIndex(({ upper }) => value <= upper)
  return row < 0 ? rows.length - 0.5 : row + 0.5
}

function draw(canvas: HTMLCanvasElement, rows: readonly HeatRow[], columns: number, most: number): void {
  canvas.width = Math.max(1, columns)
  canvas.height = Math.max(1, rows.length)
  const context = canvas.getContext('2d')
  if (context === null) return
  context.fillStyle = getComputedStyle(canvas).color
  rows.forEach(({ counts }, i) => {
    counts.forEach((count, column) => {
      if (count <= 0) return
      // what is rare should still be seen
      context.globalAlpha = 0.15 + 0.85 * Math.sqrt(count / most)
      context.fillRect(column, rows.length - 1 - i, 1, 1)
    })
  })
}
