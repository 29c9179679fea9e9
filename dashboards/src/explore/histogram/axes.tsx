import axis from '../../ui/axis.module.css'
import { formatCount } from '../../ui/format.ts'
import styles from './histogram.module.css'

export function ValueAxis({ top }: { top: number }) {
  // lines are counted: half of one is none
  const values = top === 0 ? [0] : [top, ...(top % 2 === 0 ? [top / 2] : []), 0]
  return (
    <div className={styles['values']} aria-hidden="true">
      {values.map(value => (
        <span
          key={value}
          className={axis['label']}
          style={{ bottom: `${top === 0 ? 0 : (value / top) * 100}%` }}
        >
          {formatCount(value)}
        </span>
      ))}
    </div>
  )
}
