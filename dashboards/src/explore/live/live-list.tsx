import { useCallback, useMemo, useRef, useState } from 'react'
import type { LogLine } from '../../../../query/index.ts'
import controls from '../../ui/controls.module.css'
import { countOf, formatCount, toMs } from '../../ui/format.ts'
import { useTimes } from '../../ui/times.ts'
import { foldFrames } from '../lines/fold.ts'
import { LineGrid } from '../lines/line-grid.tsx'
import type { Showing } from '../lines/showing.ts'
import styles from './live-list.module.css'
import { type Tail, useTail } from './use-tail.ts'

interface Properties {
  query: string
  showing: Showing
  opened: string
  onOpen: (id: string) => void
}

const nearTop = 8

/** Lines as they come in, the newest on top. Whoever has scrolled, or reads a line, is not moved. */
export function LiveList({ query, showing, opened, onOpen }: Properties) {
  const scroll = useRef<HTMLDivElement>(null)
  const [isPaused, setPaused] = useState(false)
  const [isScrolled, setScrolled] = useState(false)
  const tail = useTail(query, isPaused || isScrolled || opened !== '')
  const entries = useMemo(() => foldFrames(tail.lines, 'backward'), [tail.lines])
  const dated = useDated(showing, tail.lines.at(-1))
  const onScroll = useCallback(() => setScrolled((scroll.current?.scrollTop ?? 0) > nearTop), [])
  const showNew = () => {
    scroll.current?.scrollTo({ top: 0 })
    onOpen('')
    setPaused(false)
    tail.release()
  }
  const gapAbove = (index: number) => {
    const missing = tail.gaps.get(entries[index]?.line.id ?? '')
    if (missing === undefined) return null
    return (
      <p className={styles['gap']}>
        {countOf(missing, 'line')} {missing === 1 ? 'is' : 'are'} missing here: too many came to show
      </p>
    )
  }
  return (
    <>
      <div className={styles['bar']}>
        {tail.connected && !isPaused && <span className={styles['pulse']} aria-hidden="true" />}
        <button
          type="button"
          className={controls['button']}
          onClick={() => (isPaused ? showNew() : setPaused(true))}
        >
          {isPaused ? 'Continue' : 'Pause'}
        </button>
        <button type="button" className={controls['button']} onClick={tail.clear}>
          Clear
        </button>
        <span role="status">{describe(tail, isPaused)}</span>
        {tail.waiting > 0 && (
          <button type="button" className={controls['primary']} onClick={showNew}>
            {formatCount(tail.waiting)} new
          </button>
        )}
      </div>
      <LineGrid
        entries={entries}
        showing={dated}
        opened={opened}
        onOpen={onOpen}
        scroll={scroll}
        testId="tail"
        onScroll={onScroll}
        noteBefore={gapAbove}
      />
    </>
  )
}

/** Times have a date as soon as the oldest line is not of today: old ones come where a file is read from its start. */
function useDated(showing: Showing, oldest: LogLine | undefined): Showing {
  const times = useTimes()
  const dayOf = (ms: number) => times.dateTime(ms).slice(0, 10)
  const hasDate = oldest !== undefined && dayOf(toMs(oldest.timestamp)) !== dayOf(Date.now())
  return useMemo(() => ({ ...showing, hasDate }), [showing, hasDate])
}

function describe({ connected, breaks, waiting, lines, dropped }: Tail, isPaused: boolean): string {
  if (!connected)
    return breaks === 0
      ? 'Connecting…'
      : 'The connection is lost: trying again, and going on where it left off'
  const missing = dropped === 0 ? '' : `, ${formatCount(dropped)} left out`
  if (isPaused) return `Paused, ${formatCount(waiting)} new${missing}`
  if (lines.length === 0) return 'Waiting for the next line…'
  return `${countOf(lines.length, 'line')}${missing}`
}
