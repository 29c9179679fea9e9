import type { Stroke } from '../ui/palette.ts'
import styles from './swatch.module.css'

/** How a series is drawn, beside its name. */
export function Swatch({ stroke: { colour, dash }, faded = false }: { stroke: Stroke; faded?: boolean }) {
  return (
    <svg className={styles['swatch']} width="18" height="3" aria-hidden="true" opacity={faded ? 0.25 : 1}>
      <line x2="18" y1="1.5" y2="1.5" stroke={colour} strokeWidth="3" strokeDasharray={dash.join(' ')} />
    </svg>
  )
}
