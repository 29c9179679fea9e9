import type { ReactNode } from 'react'
import styles from './stale.module.css'

/** What was answered to the question before, while the present one has no answer yet: it is said, and has no colours. */
export function Stale({ when, children }: { when: boolean; children: ReactNode }) {
  return (
    <div aria-busy={when} className={when ? styles['stale'] : undefined}>
      {when && (
        <p role="status" className={styles['note']}>
          Reading…
        </p>
      )}
      {children}
    </div>
  )
}
