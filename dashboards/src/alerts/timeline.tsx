import { formatSpan } from '../ui/format.ts'
import { useTimes } from '../ui/times.ts'
import type { Span } from './firing-spans.ts'
import styles from './timeline.module.css'

interface Row {
  name: string
  spans: readonly Span[]
}

interface Properties {
  rows: readonly Row[]
  fromMs: number
  toMs: number
}

const ticks = 6

/** When what was so, a line each. */
export function Timeline({ rows, fromMs, toMs }: Properties) {
  const times = useTimes()
  const whole = toMs - fromMs
  const percent = (ms: number) => `${Math.max(0, Math.min(100, (ms / whole) * 100))}%`
  return (
    <figure className={styles['timeline']}>
      <div className={styles['ticks']} aria-hidden="true">
        {Array.from({ length: ticks + 1 }, (_, i) => {
          const atMs = fromMs + (whole / ticks) * i
          return (
            <span key={atMs} style={{ left: percent(atMs - fromMs) }}>
              {times.dateTime(atMs).slice(5, 16)}
            </span>
          )
        })}
      </div>
      {rows.map(({ name, spans }) => (
        <div key={name} className={styles['row']}>
          <span className={styles['name']} title={name}>
            {name}
          </span>
          <span className={styles['track']}>
            {spans.map(span => (
              <i
                key={span.fromMs}
                role="img"
                aria-label={said(span)}
                title={said(span)}
                style={{ left: percent(span.fromMs - fromMs), width: percent(span.toMs - span.fromMs) }}
              />
            ))}
          </span>
        </div>
      ))}
    </figure>
  )

  function said(span: Span): string {
    return `${times.dateTime(span.fromMs)}, for ${formatSpan(span.toMs - span.fromMs)}`
  }
}
