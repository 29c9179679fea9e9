import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import type { LogsAnswer } from '../../../../query/index.ts'
import { getLogs } from '../../api/logs.ts'
import { withoutAnsi } from '../../explore/text/ansi.ts'
import { visible } from '../../explore/text/visible.ts'
import { levelColour } from '../../levels.ts'
import { Answered } from '../../ui/answered.tsx'
import { toMs } from '../../ui/format.ts'
import { useTimes } from '../../ui/times.ts'
import type { PanelProperties } from '../panel-properties.ts'
import styles from './panels.module.css'
import { questionsOf } from './questions.ts'

const limit = 100

/** The newest lines of the panel's query, each with the way to its fields and to what stands around it; all of them in Explore. */
export function LogsPanel({ panel, values, range }: PanelProperties) {
  const times = useTimes()
  const query = questionsOf(panel, values, range).queries[0]?.query ?? ''
  const { data, error } = useQuery({
    queryKey: ['panel-logs', query, range],
    queryFn: ({ signal }) =>
      getLogs({ query, ...range }, { cursor: undefined, limit, direction: 'backward' }, signal),
    placeholderData: keepPreviousData,
  })
  return (
    <Answered data={data} error={error} empty={nothingFound}>
      {({ logs }) => (
        <>
          <ul className={styles['lines']}>
            {logs.map(line => (
              <li key={line.id} style={{ borderLeftColor: levelColour(line.level) }}>
                <Link href={`/explore?${new URLSearchParams({ query, ...range, line: line.id })}`}>
                  <time>{times.dateTime(toMs(line.timestamp))}</time>
                </Link>{' '}
                <b>{line.service}</b> {visible(withoutAnsi(line.message || line.body))}
              </li>
            ))}
          </ul>
          <Link href={`/explore?${new URLSearchParams({ query, ...range })}`} className={styles['all'] ?? ''}>
            All of them in Explore
          </Link>
        </>
      )}
    </Answered>
  )
}

function nothingFound({ logs }: LogsAnswer): string | undefined {
  return logs.length === 0 ? 'No line in this range.' : undefined
}
