import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { LogLine } from '../../../../query/index.ts'
import { getContext } from '../../api/logs.ts'
import { levelColour } from '../../levels.ts'
import controls from '../../ui/controls.module.css'
import { toMs } from '../../ui/format.ts'
import { useTimes } from '../../ui/times.ts'
import { Marked } from '../text/marked.tsx'
import styles from './around.module.css'

const step = 10
const most = 500
const shownLength = 2_000

/** What the same source wrote before and after a line, whether or not the query asks for it. */
export function Around({ id }: { id: string }) {
  const [{ before, after }, setCounts] = useState({ before: step, after: step })
  const { data, error } = useQuery({
    queryKey: ['context', id, before, after],
    queryFn: ({ signal }) => getContext(id, { before, after }, signal),
    placeholderData: keepPreviousData,
  })
  if (error !== null) return <p role="alert">{error.message}</p>
  if (data === undefined) return <p>Loading…</p>
  return (
    <div className={styles['around']}>
      {data.before.length === before && before < most && (
        <More text="10 before" onMore={() => setCounts({ before: before + step, after })} />
      )}
      <ol aria-label="Lines before and after, of the same source">
        {[...data.before, data.line, ...data.after].map(line => (
          <Near key={line.id} line={line} isThis={line.id === id} />
        ))}
      </ol>
      {data.after.length === after && after < most && (
        <More text="10 after" onMore={() => setCounts({ before, after: after + step })} />
      )}
    </div>
  )
}

function More({ text, onMore }: { text: string; onMore: () => void }) {
  return (
    <button type="button" className={controls['link']} onClick={onMore}>
      {text}
    </button>
  )
}

function Near({ line, isThis }: { line: LogLine; isThis: boolean }) {
  const times = useTimes()
  return (
    <li aria-current={isThis ? 'true' : undefined} style={{ borderLeftColor: levelColour(line.level) }}>
      <time>{times.time(toMs(line.timestamp))}</time>{' '}
      <Marked text={line.message.slice(0, shownLength)} marker={undefined} />
    </li>
  )
}
