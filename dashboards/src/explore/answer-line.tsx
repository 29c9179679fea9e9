import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import type { LogsAnswer } from '../../../query/index.ts'
import { getStatus } from '../api/system.ts'
import { firstReading } from '../shell/first-reading.ts'
import { countOf, formatBytes, formatCount, formatSpan, toMs } from '../ui/format.ts'
import { inZone } from '../ui/in-zone.ts'
import { msOf } from '../ui/range.ts'
import { useTimes } from '../ui/times.ts'
import styles from './answer-line.module.css'

interface Properties {
  answer: LogsAnswer | undefined
  loaded: number
  /** When the range ends. */
  end: string
}

/** How complete the answer is, in plain words, and what it took. */
export function AnswerLine({ answer, loaded, end }: Properties) {
  const times = useTimes()
  // the header asks for it every few seconds
  const { data: status } = useQuery({ queryKey: ['status'], queryFn: getStatus, enabled: false })
  if (answer === undefined) return null
  const { cost, completeTo, missingHosts, late, warnings } = answer
  const endMs = Math.min(msOf(end) ?? Number.POSITIVE_INFINITY, Date.now())
  const behindMs = completeTo === null ? undefined : Math.max(0, endMs - toMs(completeTo))
  const whyUnknown = firstReading(status?.agents ?? [])?.long ?? 'No agent has reported yet'
  return (
    <footer className={styles['line']} data-testid="complete">
      <span title={`${countOf(cost.rows, 'row')}, ${formatBytes(cost.bytes)} read in ${cost.ms} ms`}>
        {countOf(loaded, 'line')} loaded in {Math.max(1, Math.round(cost.ms))} ms
      </span>
      {late > 0 && (
        <span title="Written more than a minute before they came in: earlier searches of this range did not have them">
          {formatCount(late)} of them arrived late
        </span>
      )}
      {warnings.map(warning => (
        <span key={warning} className={styles['warning']}>
          {inZone(warning, times)}
        </span>
      ))}
      {missingHosts.length > 0 && (
        <span className={styles['warning']}>
          {missingHosts.join(', ')} stopped reporting, so newer lines from there may be missing: look at the{' '}
          <Link href="/fleet">fleet</Link>, and whether the agent runs there
        </span>
      )}
      <span className={styles['end']}>
        {behindMs === undefined
          ? `${whyUnknown}, so nobody knows yet whether lines are missing`
          : behindMs < 1_000
            ? 'Complete: every line of this range is here'
            : `Complete up to ${times.dateTime(toMs(completeTo ?? '0'))}; the last ${formatSpan(behindMs)} may still fill up`}
      </span>
    </footer>
  )
}
