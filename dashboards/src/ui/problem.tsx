import { ApiError } from '../api/http.ts'
import controls from './controls.module.css'
import { inZone } from './in-zone.ts'
import styles from './problem.module.css'
import { useTimes } from './times.ts'
import { useBackAgain } from './use-back-again.ts'

interface Properties {
  error: Error
  /** What was asked, where an error may have a place in it. */
  query?: string
  onRetry?: () => void
}

/** What is wrong, where in the query, and what may have been meant. */
export function Problem({ error, query, onRetry }: Properties) {
  const problem = error instanceof ApiError ? error.problem : undefined
  const position = problem?.position
  const times = useTimes()
  useBackAgain(error, onRetry)
  return (
    <div className={styles['problem']} role="alert">
      <strong>{problem?.title ?? 'no answer'}</strong>
      {position !== undefined && query !== undefined && (
        <pre className={styles['place']}>
          {query.split('\n')[position.line - 1]}
          {'\n'}
          {' '.repeat(position.column - 1)}
          <span className={styles['mark']}>^</span>
        </pre>
      )}
      <p className={styles['detail']}>
        {inZone(error.message, times)}
        {problem?.suggestion !== undefined && <em> ({problem.suggestion})</em>}
      </p>
      {position === undefined && onRetry !== undefined && (
        <button type="button" className={controls['button']} onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  )
}
