import type { HistogramAnswer, LogsAnswer } from '../../../query/index.ts'
import { formatBytes, formatCount, toMs } from '../ui/format.ts'
import { useTimes } from '../ui/times.ts'
import styles from './cost-line.module.css'

interface Properties {
  answer: LogsAnswer | undefined
  histogram: HistogramAnswer | undefined
  loaded: number
}

/** What the answer cost and how complete it is. */
export function CostLine({ answer, histogram, loaded }: Properties) {
  const times = useTimes()
  if (answer === undefined) return null
  const { cost, completeTo, missingHosts, late } = answer
  return (
    <footer className={styles['line']}>
      <span>
        {formatCount(loaded)} lines loaded · {cost.ms} ms · {formatCount(cost.rows)} rows ·{' '}
        {formatBytes(cost.bytes)}
      </span>
      {histogram?.cost.rollup != null && <span>histogram from {histogram.cost.rollup}</span>}
      {late > 0 && <span>{late} came late</span>}
      {missingHosts.length > 0 && (
        <span className={styles['warning']}>no word from {missingHosts.join(', ')}</span>
      )}
      <span className={styles['end']}>
        {completeTo === null ? 'completeness unknown' : `complete to ${times.dateTime(toMs(completeTo))}`}
      </span>
    </footer>
  )
}
