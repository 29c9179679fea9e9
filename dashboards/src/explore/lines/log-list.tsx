import { useCallback, useEffect, useMemo, useRef } from 'react'
import controls from '../../ui/controls.module.css'
import { toMs } from '../../ui/format.ts'
import { foldFrames } from './fold.ts'
import type { InSight } from './in-sight.ts'
import { LineGrid } from './line-grid.tsx'
import styles from './log-list.module.css'
import type { Showing } from './showing.ts'
import type { LogsResult } from './use-logs.ts'

interface Properties {
  logs: LogsResult
  showing: Showing
  opened: string
  onOpen: (id: string) => void
  inSight: InSight
}

/** Further lines are asked for when so many are left below. */
const ahead = 40

/** Lines in the order of time; further ones are loaded on the way down. */
export function LogList({ logs, showing, opened, onOpen, inSight }: Properties) {
  const scroll = useRef<HTMLDivElement>(null)
  const { lines, hasNextPage, isFetchingNextPage, fetchNextPage } = logs
  const entries = useMemo(() => foldFrames(lines, showing.order), [lines, showing.order])
  const loadMore = useCallback(
    (last: number) => {
      if (hasNextPage && !isFetchingNextPage && last >= entries.length - ahead) void fetchNextPage()
    },
    [hasNextPage, isFetchingNextPage, fetchNextPage, entries.length],
  )
  const tellSight = useCallback(
    (first: number, last: number) => {
      const ends = [entries[first], entries[last]].flatMap(entry =>
        entry === undefined ? [] : [toMs(entry.line.timestamp)],
      )
      inSight.set(ends.length === 0 ? undefined : { fromMs: Math.min(...ends), toMs: Math.max(...ends) })
    },
    [entries, inSight],
  )
  useEffect(() => () => inSight.set(undefined), [inSight])
  return (
    <LineGrid
      entries={entries}
      showing={showing}
      opened={opened}
      onOpen={onOpen}
      scroll={scroll}
      testId="lines"
      isStale={logs.isPlaceholderData}
      onShown={loadMore}
      onSight={tellSight}
    >
      {isFetchingNextPage && <p className={styles['note']}>Loading more…</p>}
      {!hasNextPage && <p className={styles['note']}>That is all in this range.</p>}
      {logs.isFetchNextPageError && (
        <button type="button" className={controls['button']} onClick={() => void fetchNextPage()}>
          Loading more failed: try again
        </button>
      )}
    </LineGrid>
  )
}
