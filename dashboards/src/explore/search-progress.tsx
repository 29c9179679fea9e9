import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { getQueries } from '../api/queries.ts'
import controls from '../ui/controls.module.css'
import { countOf, formatCount } from '../ui/format.ts'
import styles from './search-progress.module.css'

interface Properties {
  query: string
  /** Lines of another query are still in sight. */
  hasOlder: boolean
  onStop: () => void
}

/** Quick answers need no word about the wait for them. */
const quietMs = 700
const askMs = 1_000

/** How far a search is, and the way to stop it. */
export function SearchProgress({ query, hasOlder, onStop }: Properties) {
  const [sinceMs] = useState(() => Date.now())
  const [elapsedMs, setElapsed] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => setElapsed(Date.now() - sinceMs), 200)
    return () => clearInterval(timer)
  }, [sinceMs])
  const isSlow = elapsedMs > quietMs
  const { data } = useQuery({
    queryKey: ['queries'],
    queryFn: ({ signal }) => getQueries(signal),
    enabled: isSlow,
    refetchInterval: askMs,
    gcTime: 0,
  })
  if (!isSlow) return null
  const running = data?.queries.filter(one => one.path.startsWith('/api/logs') && one.query === query) ?? []
  const rows = running.reduce((all, one) => all + one.rows, 0)
  const toRead = running.reduce((all, one) => all + one.rowsToRead, 0)
  return (
    <div className={styles['progress']} role="status">
      <progress max={1} {...(toRead > 0 ? { value: Math.min(1, rows / toRead) } : {})} aria-label="Search" />
      <span>
        Searching for {Math.round(elapsedMs / 1000)} s
        {toRead > 0 && `: ${formatCount(rows)} of about ${countOf(toRead, 'row')}`}
        {hasOlder && '. What you see below is of the search before'}
      </span>
      <button type="button" className={controls['button']} onClick={onStop}>
        Stop
      </button>
    </div>
  )
}
