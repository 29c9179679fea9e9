import { levelColour, levelOrder } from '../../levels.ts'
import { type Buckets, totalOf } from './counts.ts'
import styles from './histogram.module.css'

const height = 100

interface Properties {
  buckets: Buckets
  previous: Buckets
  /** The count at the top. */
  top: number
}

/** A bar for each step, stacked by level; the period before as an outline behind them. */
export function Bars({ buckets, previous, top }: Properties) {
  const unit = height / Math.max(1, top)
  return (
    <svg
      viewBox={`0 0 ${buckets.length} ${height}`}
      preserveAspectRatio="none"
      className={styles['bars']}
      aria-hidden="true"
    >
      {previous.length > 0 && (
        <path className={styles['previous']} d={outline(previous.slice(0, buckets.length), unit)} />
      )}
      {buckets.flatMap((bucket, i) =>
        stack(bucket.counts, unit).map(part => (
          <rect
            key={`${bucket.start}${part.level}`}
            x={i + 0.08}
            width={0.84}
            y={part.y}
            height={part.size}
            fill={levelColour(part.level)}
          />
        )),
      )}
    </svg>
  )
}

function stack(counts: Readonly<Record<string, number>>, unit: number) {
  let below = 0
  return levelOrder
    .filter(level => (counts[level] ?? 0) > 0)
    .map(level => {
      const size = (counts[level] ?? 0) * unit
      below += size
      return { level, size, y: height - below }
    })
}

function outline(buckets: Buckets, unit: number): string {
  const steps = buckets.map(({ counts }, i) => `V${height - totalOf(counts) * unit}H${i + 1}`)
  return `M0 ${height}${steps.join('')}V${height}Z`
}
