import { formatCount } from '../../ui/format.ts'
import { useTimes } from '../../ui/times.ts'
import { timeTicks } from './axis.ts'
import styles from './histogram.module.css'

const mostTicks = 8

export function ValueAxis({ top }: { top: number }) {
  // lines are counted: half of one is none
  const values = top === 0 ? [0] : [top, ...(top % 2 === 0 ? [top / 2] : []), 0]
  return (
    <div className={styles['values']} aria-hidden="true">
      {values.map(value => (
        <span key={value} style={{ bottom: `${top === 0 ? 0 : (value / top) * 100}%` }}>
          {formatCount(value)}
        </span>
      ))}
    </div>
  )
}

/** Both ends are written out in full below it: see Legend. */
export function TimeAxis({ startMs, endMs }: { startMs: number; endMs: number }) {
  const times = useTimes()
  if (endMs <= startMs) return null
  const { gapMs, ticks } = timeTicks(startMs, endMs, mostTicks, times)
  return (
    <div className={styles['times']} aria-hidden="true">
      {ticks.map(tick => {
        const share = (tick - startMs) / (endMs - startMs)
        // in the middle below its moment, but for what would stand out over an end
        const transform = share > 0.95 ? 'translateX(-100%)' : share < 0.05 ? 'none' : undefined
        return (
          <span key={tick} style={{ left: `${share * 100}%`, transform }}>
            {times.tick(tick, gapMs)}
          </span>
        )
      })}
    </div>
  )
}
