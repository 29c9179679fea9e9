import type { LogLine } from '../../../query/index.ts'
import { levelColour } from '../levels.ts'
import { toMs } from '../ui/format.ts'
import { useTimes } from '../ui/times.ts'
import type { OnFilter } from './filters.ts'
import { LogDetails } from './log-details.tsx'
import styles from './log-row.module.css'

interface Properties {
  line: LogLine
  open: boolean
  onToggle: () => void
  onFilter: OnFilter
}

/** One line; a click opens what is behind it. */
export function LogRow({ line, open, onToggle, onFilter }: Properties) {
  const times = useTimes()
  return (
    <div
      className={open ? styles['opened'] : styles['closed']}
      style={{ borderLeftColor: levelColour(line.level) }}
    >
      <button type="button" className={styles['row']} aria-expanded={open} onClick={onToggle}>
        <time className={styles['time']}>{times.time(toMs(line.timestamp))}</time>
        <span className={styles['level']} style={{ color: levelColour(line.level) }}>
          {line.level}
        </span>
        <span className={styles['service']}>{line.service}</span>
        <span className={styles['body']}>
          {line.message === '' ? summary(line.attributes) : line.message}
        </span>
      </button>
      {open && <LogDetails line={line} onFilter={onFilter} />}
    </div>
  )
}

/** For a line without text: its attributes. */
function summary(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes)
    .map(([key, value]) => `${key}=${value}`)
    .join(' ')
}
