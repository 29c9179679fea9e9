import type { TraceHistogramAnswer } from '../../../query/index.ts'
import { countOf, formatDuration } from '../ui/format.ts'
import styles from './durations.module.css'

interface Properties {
  answer: TraceHistogramAnswer
  onBrush: (minDuration: string, maxDuration: string) => void
}

/** Spans by how long they took; a bar is a button that looks for those. */
export function Durations({ answer, onBrush }: Properties) {
  const { buckets } = answer
  if (buckets.length === 0) return null
  const spans = buckets.reduce((sum, { count }) => sum + count, 0)
  const highest = Math.max(...buckets.map(({ count }) => count))
  return (
    <fieldset className={styles['durations']}>
      <legend>How long {countOf(spans, 'span')} took · red: errors</legend>
      <div className={styles['bars']}>
        {buckets.map(({ fromNs, toNs, count, errors }) => {
          const between = `${formatDuration(fromNs)} to ${formatDuration(toNs)}`
          return (
            <button
              key={fromNs}
              type="button"
              title={`${between}: ${countOf(count, 'span')}, ${countOf(errors, 'error')}`}
              aria-label={`only ${between}, ${countOf(count, 'span')}`}
              onClick={() => onBrush(`${fromNs}ns`, `${toNs}ns`)}
            >
              <span className={styles['column']}>
                <i className={styles['errors']} style={{ height: `${(errors / highest) * 100}%` }} />
                <i
                  className={styles['others']}
                  style={{ height: `${((count - errors) / highest) * 100}%` }}
                />
              </span>
              <span className={styles['tick']}>{formatDuration(fromNs)}</span>
            </button>
          )
        })}
      </div>
    </fieldset>
  )
}
