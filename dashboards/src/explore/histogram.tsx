import { type PointerEvent, useRef, useState } from 'react'
import type { HistogramAnswer } from '../../../query/index.ts'
import { levelColour, levelOrder } from '../levels.ts'
import { formatCount, toMs } from '../ui/format.ts'
import { useTimes } from '../ui/times.ts'
import styles from './histogram.module.css'

interface Properties {
  answer: HistogramAnswer | undefined
  onBrush: (start: string, end: string) => void
}

const height = 84

/** Lines per step, stacked by level. Dragging over it looks closer. */
export function Histogram({ answer, onBrush }: Properties) {
  const plot = useRef<HTMLDivElement>(null)
  const [brush, setBrush] = useState<{ from: number; to: number }>()
  const [hovered, setHovered] = useState<number>()
  if (answer === undefined) return <div className={styles['empty']} aria-hidden="true" />
  const { buckets, stepMs } = answer
  const indexAt = (event: PointerEvent) => {
    const box = plot.current?.getBoundingClientRect()
    const share = box === undefined ? 0 : (event.clientX - box.left) / box.width
    return Math.max(0, Math.min(buckets.length - 1, Math.floor(share * buckets.length)))
  }
  const finish = () => {
    if (brush === undefined) return
    const [first, last] = [Math.min(brush.from, brush.to), Math.max(brush.from, brush.to)]
    setBrush(undefined)
    const start = toMs(buckets[first]?.start ?? '0')
    if (first !== last || hovered !== undefined)
      onBrush(String(start), String(toMs(buckets[last]?.start ?? '0') + stepMs))
  }
  const highest = Math.max(1, ...buckets.map(bucket => total(bucket.counts)))
  return (
    <figure className={styles['figure']}>
      <span className={styles['highest']}>{formatCount(highest)}</span>
      <div
        ref={plot}
        className={styles['plot']}
        data-testid="histogram"
        onPointerDown={event => {
          event.currentTarget.setPointerCapture(event.pointerId)
          setBrush({ from: indexAt(event), to: indexAt(event) })
        }}
        onPointerMove={event => {
          const index = indexAt(event)
          setHovered(index)
          if (brush !== undefined) setBrush({ ...brush, to: index })
        }}
        onPointerUp={finish}
        onPointerLeave={() => setHovered(undefined)}
      >
        <Bars buckets={buckets} highest={highest} />
        {brush !== undefined && <div className={styles['brush']} style={span(brush, buckets.length)} />}
      </div>
      <Caption answer={answer} hovered={hovered} />
    </figure>
  )
}

function Bars({ buckets, highest }: { buckets: HistogramAnswer['buckets']; highest: number }) {
  return (
    <svg
      viewBox={`0 0 ${buckets.length} ${height}`}
      preserveAspectRatio="none"
      className={styles['bars']}
      role="img"
    >
      <title>Lines over time, by level</title>
      {buckets.flatMap((bucket, i) => {
        let below = 0
        return levelOrder
          .filter(level => (bucket.counts[level] ?? 0) > 0)
          .map(level => {
            const size = ((bucket.counts[level] ?? 0) / highest) * height
            below += size
            return (
              <rect
                key={`${bucket.start}${level}`}
                x={i + 0.08}
                width={0.84}
                y={height - below}
                height={size}
                fill={levelColour(level)}
              />
            )
          })
      })}
    </svg>
  )
}

function Caption({ answer, hovered }: { answer: HistogramAnswer; hovered: number | undefined }) {
  const times = useTimes()
  const { buckets } = answer
  const bucket = hovered === undefined ? undefined : buckets[hovered]
  const counts = bucket?.counts ?? sum(buckets.map(b => b.counts))
  const start = bucket?.start ?? buckets[0]?.start ?? '0'
  return (
    <figcaption className={styles['caption']}>
      <span>{times.dateTime(toMs(start))}</span>
      {levelOrder
        .filter(level => (counts[level] ?? 0) > 0)
        .map(level => (
          <span key={level} className={styles['level']}>
            <i style={{ background: levelColour(level) }} />
            {level} {formatCount(counts[level] ?? 0)}
          </span>
        ))}
      <span className={styles['end']}>
        {bucket === undefined ? 'drag to zoom' : `${answer.stepMs / 1000} s`}
      </span>
    </figcaption>
  )
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((all, count) => all + count, 0)
}

function sum(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const result: Record<string, number> = {}
  for (const counts of all)
    for (const [level, count] of Object.entries(counts)) result[level] = (result[level] ?? 0) + count
  return result
}

function span({ from, to }: { from: number; to: number }, count: number) {
  const [first, last] = [Math.min(from, to), Math.max(from, to)]
  return { left: `${(first / count) * 100}%`, width: `${((last - first + 1) / count) * 100}%` }
}
