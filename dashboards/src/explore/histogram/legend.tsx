import { levelColour, levelOrder } from '../../levels.ts'
import { countOf, formatCount } from '../../ui/format.ts'
import { type Buckets, sumOf, totalOf } from './counts.ts'
import styles from './histogram.module.css'

interface Properties {
  buckets: Buckets
  hasPrevious: boolean
  onLevel: (level: string) => void
}

/** All lines of the range by level; a click takes one level alone. */
export function Legend({ buckets, hasPrevious, onLevel }: Properties) {
  const counts = sumOf(buckets)
  return (
    <figcaption className={styles['caption']}>
      <span>{countOf(totalOf(counts), 'line')}</span>
      {levelOrder
        .filter(level => (counts[level] ?? 0) > 0)
        .map(level => (
          <button
            key={level}
            type="button"
            className={styles['level']}
            title={`only ${level}`}
            onClick={() => onLevel(level)}
          >
            <i style={{ background: levelColour(level) }} />
            {level} {formatCount(counts[level] ?? 0)}
          </button>
        ))}
      {hasPrevious && (
        <span className={styles['level']}>
          <i className={styles['outline']} />
          the period before
        </span>
      )}
      <span className={styles['end']}>drag, or Shift and arrows, to look closer</span>
    </figcaption>
  )
}
