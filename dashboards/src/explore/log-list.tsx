import { useCallback, useRef, useState } from 'react'
import controls from '../ui/controls.module.css'
import type { OnFilter } from './filters.ts'
import styles from './log-list.module.css'
import { NoLines } from './no-lines.tsx'
import type { LogsResult } from './use-logs.ts'
import type { View } from './view.ts'
import { VirtualLines } from './virtual-lines.tsx'

interface Properties {
  logs: LogsResult
  view: View
  onFilter: OnFilter
}

/** Further lines are asked for when so many are left below. */
const ahead = 40

/** Lines, newest first; further ones are loaded on the way down. */
export function LogList({ logs, view, onFilter }: Properties) {
  const scroll = useRef<HTMLDivElement>(null)
  const [opened, setOpened] = useState<string>()
  const { lines, hasNextPage, isFetchingNextPage, fetchNextPage } = logs
  const loadMore = useCallback(
    (last: number) => {
      if (hasNextPage && !isFetchingNextPage && last >= lines.length - ahead) void fetchNextPage()
    },
    [hasNextPage, isFetchingNextPage, fetchNextPage, lines.length],
  )
  if (logs.isPending) return <p className={styles['note']}>Searching…</p>
  if (lines.length === 0) return <NoLines view={view} />
  return (
    <VirtualLines
      lines={lines}
      opened={opened}
      onToggle={id => setOpened(opened === id ? undefined : id)}
      onFilter={onFilter}
      scroll={scroll}
      testId="lines"
      faded={logs.isPlaceholderData}
      onShown={loadMore}
    >
      {isFetchingNextPage && <p className={styles['note']}>Loading more…</p>}
      {!hasNextPage && <p className={styles['note']}>That is all in this range.</p>}
      {logs.isFetchNextPageError && (
        <button type="button" className={controls['button']} onClick={() => void fetchNextPage()}>
          Loading more failed: try again
        </button>
      )}
    </VirtualLines>
  )
}
