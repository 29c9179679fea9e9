import styles from './bar.module.css'

/** A share from 0 to 1 as a bar. */
export function Bar({ share, label, warn = false }: { share: number; label: string; warn?: boolean }) {
  const width = `${Math.max(0, Math.min(1, share)) * 100}%`
  return (
    <span className={styles['bar']} role="img" aria-label={label} title={label}>
      <i className={warn ? styles['warn'] : styles['fill']} style={{ width }} />
    </span>
  )
}
