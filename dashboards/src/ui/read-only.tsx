import styles from './page.module.css'

/** Why nothing can be changed here, and what allows it. */
export function ReadOnly() {
  return (
    <p className={styles['hint']}>
      Only to be looked at: <code>query.streams: write</code> in millrace.yaml allows changes here.
    </p>
  )
}
