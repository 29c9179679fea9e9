import { levelColour, levelOrder } from '../../levels.ts'
import { countOf, formatCount, toMs } from '../../ui/format.ts'
import { useTimes } from '../../ui/times.ts'
import { type Buckets, totalOf } from './counts.ts'
import styles from './histogram.module.css'

interface Properties {
  bucket: Buckets[number]
  stepMs: number
  previous: Buckets[number] | undefined
  /** Where it points to, from 0 to 1 of the width. */
  share: number
}

/** What one bar says. */
export function Tip({ bucket, stepMs, previous, share }: Properties) {
  const times = useTimes()
  const start = toMs(bucket.start)
  const place = share > 0.5 ? { right: `${(1 - share) * 100}%` } : { left: `${share * 100}%` }
  const levels = levelOrder.filter(level => (bucket.counts[level] ?? 0) > 0).toReversed()
  return (
    <div className={styles['tip']} style={place} data-testid="histogram-tip">
      <strong>
        {times.dateTime(start)} – {times.time(start + stepMs).slice(0, 8)}
      </strong>
      <span>
        {countOf(totalOf(bucket.counts), 'line')}
        {previous !== undefined && `, before ${formatCount(totalOf(previous.counts))}`}
      </span>
      {levels.map(level => (
        <span key={level} className={styles['level']}>
          <i style={{ background: levelColour(level) }} />
          {level} {formatCount(bucket.counts[level] ?? 0)}
        </span>
      ))}
    </div>
  )
}
