import styles from './compare.module.css'

interface Properties {
  text: string
  difference: { selection: { count: number; share: number }; baseline: { count: number; share: number } }
  onClick: () => void
}

/** How large a share of the lines has a value, on both sides. */
export function Difference({ text, difference: { selection, baseline }, onClick }: Properties) {
  return (
    <button type="button" className={styles['difference']} onClick={onClick} title={`only ${text}`}>
      <span className={styles['value']}>{text === '' ? '(none)' : text}</span>
      <span className={styles['bars']}>
        <i className={styles['selection']} style={{ width: `${selection.share * 100}%` }} />
        <i className={styles['baseline']} style={{ width: `${baseline.share * 100}%` }} />
      </span>
      <span className={styles['shares']}>
        {percent(selection.share)} / {percent(baseline.share)}
      </span>
    </button>
  )
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`
}
