import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, useState } from 'react'
import controls from '../shell/controls.module.css'
import type { View } from '../url-state.ts'
import { EmptyState } from './empty-state.tsx'
import type { OnFilter } from './filters.ts'
import styles from './log-list.module.css'
import { LogRow } from './log-row.tsx'
import type { LogsResult } from './use-logs.ts'

interface Properties {
  logs: LogsResult
  view: View
  onFilter: OnFilter
}

const rowHeight = 24

/** Lines, newest first; only those in sight are in the page, further ones are loaded on the way down. */
export function LogList({ logs, view, onFilter }: Properties) {
  const scroll = useRef<HTMLDivElement>(null)
  const [opened, setOpened] = useState<string>()
  const { lines, hasNextPage, isFetchingNextPage, fetchNextPage } = logs
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowHeight,
    getItemKey: i => lines[i]?.id ?? i,
    overscan: 20,
  })
  const items = virtual.getVirtualItems()
  const lastShown = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && lastShown >= lines.length - 40) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, lastShown, lines.length])
  if (logs.isPending) return <p className={styles['note']}>Searching…</p>
  if (lines.length === 0) return <EmptyState view={view} />
  return (
    <div
      ref={scroll}
      className={logs.isPlaceholderData ? styles['stale'] : styles['list']}
      data-testid="lines"
    >
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {items.map(item => {
          const line = lines[item.index]
          if (line === undefined) return null
          return (
            <div
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              className={styles['item']}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <LogRow
                line={line}
                open={opened === line.id}
                onToggle={() => setOpened(opened === line.id ? undefined : line.id)}
                onFilter={onFilter}
              />
            </div>
          )
        })}
      </div>
      {isFetchingNextPage && <p className={styles['note']}>Loading more…</p>}
      {!hasNextPage && <p className={styles['note']}>That is all in this range.</p>}
      {logs.isFetchNextPageError && (
        <button type="button" className={controls['button']} onClick={() => void fetchNextPage()}>
          Loading more failed: try again
        </button>
      )}
    </div>
  )
}
