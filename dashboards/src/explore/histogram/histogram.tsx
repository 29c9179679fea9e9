import { useRef, useState } from 'react'
import type { HistogramAnswer } from '../../../../query/index.ts'
import { countOf, toMs } from '../../ui/format.ts'
import { TimeAxis } from '../../ui/time-axis.tsx'
import type { InSight } from '../lines/in-sight.ts'
import { ValueAxis } from './axes.tsx'
import { topOf } from './axis.ts'
import { Bars } from './bars.tsx'
import { totalOf } from './counts.ts'
import styles from './histogram.module.css'
import { Legend } from './legend.tsx'
import { SightMark } from './sight-mark.tsx'
import { Tip } from './tip.tsx'
import { type Span, spanStyle, useBrush } from './use-brush.ts'

interface Properties {
  answer: HistogramAnswer | undefined
  /** The same over the time before. */
  previous: HistogramAnswer | undefined
  isStale: boolean
  /** Which lines are on screen. */
  inSight: InSight
  /** A part of the range that is chosen already, in Unix milliseconds. */
  chosen?: { fromMs: number; toMs: number } | undefined
  onBrush: (start: string, end: string) => void
  onLevel: (level: string) => void
}

/** Lines per step, stacked by level, before those of the period before. A part of it is chosen by mouse or by keyboard. */
export function Histogram(properties: Properties) {
  const { answer, previous, isStale, inSight, chosen, onBrush, onLevel } = properties
  const plot = useRef<HTMLDivElement>(null)
  const [at, setAt] = useState<number>()
  const buckets = answer?.buckets ?? []
  const stepMs = answer?.stepMs ?? 0
  const startOf = (index = 0) => toMs(buckets[index]?.start ?? '0')
  const choose = ({ from, to }: Span) => onBrush(String(startOf(from)), String(startOf(to) + stepMs))
  const { brush, handlers } = useBrush(plot, buckets.length, at, setAt, choose)
  if (answer === undefined) return <div className={styles['empty']} aria-hidden="true" />
  const highest = Math.max(
    0,
    ...[...buckets, ...(previous?.buckets ?? [])].map(({ counts }) => totalOf(counts)),
  )
  const top = topOf(highest)
  const range = { startMs: startOf(0), endMs: startOf(buckets.length - 1) + stepMs }
  const shown = at === undefined ? undefined : buckets[at]
  return (
    <figure className={isStale ? styles['stale'] : styles['figure']} aria-label="Lines over time">
      <div className={styles['frame']}>
        <ValueAxis top={top} />
        <div
          ref={plot}
          className={styles['plot']}
          data-testid="histogram"
          role="slider"
          tabIndex={0}
          aria-label="Lines over time: arrows move, with Shift they choose a part, Enter looks closer"
          aria-valuemin={0}
          aria-valuemax={Math.max(0, buckets.length - 1)}
          aria-valuenow={at ?? 0}
          aria-valuetext={valueText(shown)}
          {...handlers}
        >
          <Bars buckets={buckets} previous={previous?.buckets ?? []} top={top} />
          {chosen !== undefined && <div className={styles['chosen']} style={shareStyle(chosen, range)} />}
          <SightMark inSight={inSight} range={range} />
          {brush !== undefined && (
            <div className={styles['brush']} style={spanStyle(brush, buckets.length)} />
          )}
          {brush === undefined && at !== undefined && (
            <div className={styles['cursor']} style={spanStyle({ from: at, to: at }, buckets.length)} />
          )}
          {shown !== undefined && (
            <Tip
              bucket={shown}
              stepMs={stepMs}
              previous={previous?.buckets[at ?? 0]}
              share={((at ?? 0) + 0.5) / buckets.length}
            />
          )}
        </div>
        <div className={styles['times']}>
          <TimeAxis {...range} />
        </div>
      </div>
      <Legend buckets={buckets} hasPrevious={previous !== undefined} onLevel={onLevel} />
    </figure>
  )
}

function valueText(bucket: HistogramAnswer['buckets'][number] | undefined): string {
  if (bucket === undefined) return 'nothing chosen'
  return `${countOf(totalOf(bucket.counts), 'line')} at ${new Date(toMs(bucket.start)).toISOString()}`
}

function shareStyle(chosen: { fromMs: number; toMs: number }, range: { startMs: number; endMs: number }) {
  const share = (ms: number) => Math.max(0, Math.min(1, (ms - range.startMs) / (range.endMs - range.startMs)))
  const [from, to] = [share(chosen.fromMs), share(chosen.toMs)]
  return { left: `${from * 100}%`, width: `${(to - from) * 100}%` }
}
