import styles from './axis.module.css'
import { timeTicks } from './time-ticks.ts'
import { useTimes } from './times.ts'

interface Properties {
  startMs: number
  endMs: number
  /** Of moments that are written: as many as there is room for. */
  most?: number
}

/** Moments below what is drawn over time. Both ends are to be written out in full elsewhere. */
export function TimeAxis({ startMs, endMs, most = 8 }: Properties) {
  const times = useTimes()
  if (endMs <= startMs) return null
  const { gapMs, ticks } = timeTicks(startMs, endMs, most, times)
  return (
    <div className={styles['times']} aria-hidden="true">
      {ticks.map(tick => {
        const share = (tick - startMs) / (endMs - startMs)
        // in the middle below its moment, but for what would stand out over an end
        const transform = share > 0.95 ? 'translateX(-100%)' : share < 0.05 ? 'none' : undefined
        return (
          <span key={tick} className={styles['label']} style={{ left: `${share * 100}%`, transform }}>
            {times.tick(tick, gapMs)}
          </span>
        )
      })}
    </div>
  )
}
