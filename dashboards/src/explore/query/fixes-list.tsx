import { ApiError } from '../../api/http.ts'
import controls from '../../ui/controls.module.css'
import { fixesOf } from './fixes.ts'
import styles from './fixes-list.module.css'

interface Properties {
  query: string
  error: Error
  onRun: (query: string) => void
}

/** What may have been meant by a query that is wrong, to click. */
export function Fixes({ query, error, onRun }: Properties) {
  const fixes = error instanceof ApiError ? fixesOf(query, error.problem) : []
  if (fixes.length === 0) return null
  return (
    <ul className={styles['fixes']} aria-label="What may have been meant">
      {fixes.map(fix => (
        <li key={fix.query}>
          <button type="button" className={controls['button']} onClick={() => onRun(fix.query)}>
            {fix.text}
          </button>
          <code>{fix.query}</code>
        </li>
      ))}
    </ul>
  )
}
